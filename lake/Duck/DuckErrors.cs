using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>The one door through which the engine's errors become exceptions.</summary>
internal static class DuckErrors
{
    // Some calls give a message without a type; the engine begins those messages with the name of the type.
    private static readonly (string Prefix, DuckErrorType Type)[] Prefixes =
    [
        ("Binder Error", DuckErrorType.Binder),
        ("Parser Error", DuckErrorType.Parser),
        ("Syntax Error", DuckErrorType.Syntax),
        ("Catalog Error", DuckErrorType.Catalog),
        ("Conversion Error", DuckErrorType.Conversion),
        ("Out of Range Error", DuckErrorType.OutOfRange),
        ("IO Error", DuckErrorType.InputOutput),
        ("Permission Error", DuckErrorType.Permission),
        ("Invalid Input Error", DuckErrorType.InvalidInput),
        ("Invalid Configuration Error", DuckErrorType.InvalidConfiguration),
        ("Not implemented Error", DuckErrorType.NotImplemented),
        ("Constraint Error", DuckErrorType.Constraint),
        ("Transaction Error", DuckErrorType.Transaction),
        ("TransactionContext Error", DuckErrorType.Transaction),
        ("Out of Memory Error", DuckErrorType.OutOfMemory),
        ("Mismatch Type Error", DuckErrorType.MismatchType),
        ("Missing Extension Error", DuckErrorType.MissingExtension),
        ("Dependency Error", DuckErrorType.Dependency),
        ("Connection Error", DuckErrorType.Connection),
        ("Expression Error", DuckErrorType.Expression),
        ("Planner Error", DuckErrorType.Planner),
        ("Serialization Error", DuckErrorType.Serialization),
        ("Parameter Not Resolved Error", DuckErrorType.ParameterNotResolved),
        ("Parameter Not Allowed Error", DuckErrorType.ParameterNotAllowed),
        ("INTERRUPT Error", DuckErrorType.Interrupt),
        ("FATAL Error", DuckErrorType.Fatal),
        ("INTERNAL Error", DuckErrorType.Internal),
    ];

    // Memory that is refused outside of the engine's own accounts comes up as its language's exception, untyped or as an error of whatever was under way: 37 of 200 such refusals, measured.
    private const string NoMemory = "std::bad_alloc";

    internal static DuckException FromMessage(string? message)
    {
        var found = Prefixes.FirstOrDefault(entry => message?.StartsWith(entry.Prefix, StringComparison.Ordinal) == true);
        return Of(found.Prefix is null ? DuckErrorType.Invalid : found.Type, message);
    }

    internal static DuckException FromResult(DuckResultHandle result)
    {
        var message = LibDuck.Results.Error(result);
        var type = LibDuck.Results.ErrorType(result);
        return type == DuckErrorType.Invalid ? FromMessage(message) : Of(type, message);
    }

    internal static DuckException FromAppender(DuckAppenderHandle appender)
    {
        using var error = LibDuck.Appender.Error(appender);
        return Of(LibDuck.Errors.Type(error), LibDuck.Errors.Message(error));
    }

    /// <summary>An interruption that was asked for through the token is a cancellation; every other error stays what it is.</summary>
    internal static Exception Cancelled(DuckException error, CancellationToken cancellationToken)
        => error.ErrorType == DuckErrorType.Interrupt && cancellationToken.IsCancellationRequested
            ? new OperationCanceledException("The query was interrupted.", error, cancellationToken)
            : error;

    private static DuckException Of(DuckErrorType type, string? message) => string.IsNullOrEmpty(message)
        ? new DuckException(DuckErrorType.OutOfMemory, "The engine failed without a message, as it does where it is refused the memory for one.")
        : new DuckException(message.EndsWith(NoMemory, StringComparison.Ordinal) ? DuckErrorType.OutOfMemory : type, message);
}
