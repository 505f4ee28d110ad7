using System.Globalization;
using System.Numerics;

namespace FlowLake.Lake.Duck;

/// <summary>Turns one boxed value into the type asked for.</summary>
internal static class DuckScalar
{
    internal static T Convert<T>(object? value)
    {
        if (value is T exact)
            return exact;
        if (value is null)
            return default(T) is null ? default! : throw new InvalidOperationException($"The value is NULL; ask for {typeof(T).Name}? instead.");
        var target = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        object number = value switch
        {
            Int128 huge => (BigInteger)huge,
            UInt128 huge => (BigInteger)huge,
            _ => value,
        };
        return (T)(number is BigInteger big ? FromBig(big, target) : System.Convert.ChangeType(number, target, CultureInfo.InvariantCulture));
    }

    private static object FromBig(BigInteger value, Type target)
        => target == typeof(Int128) ? (Int128)value
        : target == typeof(UInt128) ? (UInt128)value
        : target == typeof(double) ? (double)value
        : target == typeof(string) ? value.ToString(CultureInfo.InvariantCulture)
        : System.Convert.ChangeType((decimal)value, target, CultureInfo.InvariantCulture);
}
