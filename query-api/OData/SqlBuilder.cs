using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using Microsoft.OData.Edm;

namespace FlowLake.QueryApi.OData;

/// <summary>Collects the values a translated request compares with. Values are parameters, never text of the statement.</summary>
internal sealed class SqlBuilder(Relation relation)
{
    private readonly List<object?> parameters = [];

    public IReadOnlyList<object?> Parameters => parameters;

    /// <summary>The place of a value in the statement.</summary>
    /// <exception cref="ODataFaultException">The value is of a type that no column has.</exception>
    public string Parameter(object? value)
    {
        parameters.Add(value switch
        {
            null or string or bool or int or long or double or decimal or Guid or DateTimeOffset => value,
            short or sbyte or byte => Convert.ToInt32(value, CultureInfo.InvariantCulture),
            float single => (double)single,
            Date date => new DateOnly(date.Year, date.Month, date.Day),
            _ => throw ODataFaultException.NotSupported($"a literal of type {value.GetType().Name} is not supported here"),
        });
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }

    /// <summary>A property as a column.</summary>
    public string Column(string property) =>
        property == Relation.KeyColumn || relation.Column(property) is not null
            ? DuckSql.Identifier(property)
            : throw ODataFaultException.Bad($"{relation.EntitySet} has no property {property}.");
}
