using System.Globalization;
using Microsoft.OData.Edm;

namespace FlowLake.QueryApi.OData;

/// <summary>Collects the values of a translated request. Values are parameters, never text of the statement.</summary>
internal sealed class ODataParameters
{
    private readonly List<object?> values = [];

    /// <summary>The values so far, in the order of their numbers.</summary>
    public IReadOnlyList<object?> Values => values;

    /// <summary>The place of a value in the statement.</summary>
    /// <exception cref="ODataFaultException">The value is of a type that no column has.</exception>
    public string Add(object? value)
    {
        values.Add(value switch
        {
            null or string or bool or int or long or double or decimal or Guid or DateTimeOffset => value,
            short or sbyte or byte => Convert.ToInt32(value, CultureInfo.InvariantCulture),
            float single => (double)single,
            Date date => new DateOnly(date.Year, date.Month, date.Day),
            _ => throw ODataFaultException.NotSupported($"a literal of type {value.GetType().Name} is not supported here"),
        });
        return string.Create(CultureInfo.InvariantCulture, $"${values.Count}");
    }
}
