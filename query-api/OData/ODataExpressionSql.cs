using FlowLake.Lake.Duck;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>One expression of $filter, $orderby, $compute or $apply as SQL.</summary>
/// <remarks>
/// The standard's comparisons are never null: null equals null, and null is not greater than anything. SQL's are. Where only "true or not" counts, at the top of
/// a filter and below "and" and "or", the plain SQL comparison serves, and the engine can use it to pass over files. Below "not", and where the result is
/// compared itself, it is made exact.
/// </remarks>
internal sealed class ODataExpressionSql(ODataParameters parameters, bool exact)
{
    // "not", a function or a comparison around it makes a null matter.
    private ODataExpressionSql Exact => exact ? this : new ODataExpressionSql(parameters, exact: true);

    /// <exception cref="ODataFaultException">A part of it is not supported.</exception>
    public string Sql(QueryNode node) => node switch
    {
        SingleValuePropertyAccessNode property => DuckSql.Identifier(property.Property.Name),
        ConstantNode constant => constant.Value is null ? "NULL" : parameters.Add(constant.Value),
        // Numbers are promoted as in SQL, so the engine converts them itself.
        ConvertNode convert => Sql(convert.Source),
        UnaryOperatorNode unary => Unary(unary),
        BinaryOperatorNode binary => Binary(binary),
        InNode within => In(within),
        SingleValueFunctionCallNode call => ODataFunctions.Sql(call.Name, [.. call.Parameters.Select(Exact.Sql)]),
        _ => throw ODataFaultException.NotSupported($"an expression of the kind {node.Kind} is not supported; POST /v1/sql can do more."),
    };

    private string Unary(UnaryOperatorNode node) => node.OperatorKind switch
    {
        UnaryOperatorKind.Not => $"(NOT {Exact.Sql(node.Operand)})",
        _ => $"(-{Exact.Sql(node.Operand)})",
    };

    private string In(InNode node)
    {
        if (node.Right is not CollectionConstantNode { Collection: var values })
            throw ODataFaultException.NotSupported("the right side of \"in\" must be a list of literals");
        var left = Exact.Sql(node.Left);
        var present = values.Where(value => value.Value is not null).Select(value => parameters.Add(value.Value)).ToArray();
        var any = present.Length == 0 ? "false" : NeverNull($"{left} IN ({string.Join(", ", present)})");
        return values.Any(value => value.Value is null) ? $"({left} IS NULL OR {any})" : any;
    }

    private string Binary(BinaryOperatorNode node) => node.OperatorKind switch
    {
        BinaryOperatorKind.And => $"({Sql(node.Left)} AND {Sql(node.Right)})",
        BinaryOperatorKind.Or => $"({Sql(node.Left)} OR {Sql(node.Right)})",
        BinaryOperatorKind.Equal => Equal(node, not: false),
        BinaryOperatorKind.NotEqual => Equal(node, not: true),
        BinaryOperatorKind.GreaterThan => Compare(node, ">"),
        BinaryOperatorKind.GreaterThanOrEqual => Compare(node, ">="),
        BinaryOperatorKind.LessThan => Compare(node, "<"),
        BinaryOperatorKind.LessThanOrEqual => Compare(node, "<="),
        BinaryOperatorKind.Add => Arithmetic(node, "+"),
        BinaryOperatorKind.Subtract => Arithmetic(node, "-"),
        BinaryOperatorKind.Multiply => Arithmetic(node, "*"),
        BinaryOperatorKind.Modulo => Arithmetic(node, "%"),
        // Whole numbers divide to whole numbers, as the standard says; SQL's / would give a fraction.
        BinaryOperatorKind.Divide => Arithmetic(node, node.TypeReference.IsIntegral() ? "//" : "/"),
        var kind => throw ODataFaultException.NotSupported($"the operator {kind} is not supported"),
    };

    private string Equal(BinaryOperatorNode node, bool not)
    {
        if (IsNull(node.Right))
            return $"({Exact.Sql(node.Left)} IS {(not ? "NOT " : "")}NULL)";
        if (IsNull(node.Left))
            return $"({Exact.Sql(node.Right)} IS {(not ? "NOT " : "")}NULL)";
        var (left, right) = (Exact.Sql(node.Left), Exact.Sql(node.Right));
        if (not)
            return $"({left} IS DISTINCT FROM {right})";
        return IsConstant(node.Left) || IsConstant(node.Right) ? NeverNull($"{left} = {right}") : $"({left} IS NOT DISTINCT FROM {right})";
    }

    private string Compare(BinaryOperatorNode node, string sign) => NeverNull($"{Exact.Sql(node.Left)} {sign} {Exact.Sql(node.Right)}");

    private string Arithmetic(BinaryOperatorNode node, string sign) => $"({Exact.Sql(node.Left)} {sign} {Exact.Sql(node.Right)})";

    private string NeverNull(string comparison) => exact ? $"coalesce({comparison}, false)" : $"({comparison})";

    private static bool IsNull(SingleValueNode node) => Bare(node) is ConstantNode { Value: null };

    private static bool IsConstant(SingleValueNode node) => Bare(node) is ConstantNode;

    /// <summary>An expression without the conversions around it.</summary>
    public static SingleValueNode Bare(SingleValueNode node) => node is ConvertNode convert ? Bare(convert.Source) : node;
}
