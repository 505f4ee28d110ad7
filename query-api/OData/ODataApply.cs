using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;
using Microsoft.OData.UriParser.Aggregation;

namespace FlowLake.QueryApi.OData;

/// <summary>The transformations of $apply, and $compute, as steps from rows to rows.</summary>
internal sealed class ODataApply(IEdmModel model, ODataParameters parameters)
{
    /// <summary>Transformations of one $apply at most: each is a SELECT within another.</summary>
    public const int TransformationsMax = 32;

    /// <exception cref="Microsoft.OData.ODataException">The text is not well-formed, or names what is not there.</exception>
    /// <exception cref="ODataFaultException">A transformation is not supported.</exception>
    public ODataRows Apply(ODataRows rows, string text)
    {
        var transformations = ODataApplyText.Split(text);
        if (transformations.Count > TransformationsMax)
            throw ODataFaultException.Bad($"$apply has {transformations.Count} transformations; {TransformationsMax} are allowed.");
        foreach (var transformation in transformations)
        {
            ODataApplyText.Check(transformation);
            rows = rows.Parser(model, ("$apply", transformation)).ParseApply().Transformations.Aggregate(rows, Step);
        }

        return rows;
    }

    /// <exception cref="Microsoft.OData.ODataException">The text is not well-formed, or names what is not there.</exception>
    public ODataRows Compute(ODataRows rows, string text) => Compute(rows, rows.Parser(model, ("$compute", text)).ParseCompute().ComputedItems);

    private ODataRows Step(ODataRows rows, TransformationNode node) => node switch
    {
        FilterTransformationNode filter => rows.Where(filter.FilterClause, parameters),
        ComputeTransformationNode compute => Compute(rows, compute.Expressions),
        AggregateTransformationNode aggregate => rows.Grouped([], Columns(aggregate)),
        GroupByTransformationNode group => rows.Grouped([.. group.GroupingProperties.Select(Property)], group.ChildTransformations is AggregateTransformationNode inner ? Columns(inner) : []),
        _ => throw ODataFaultException.NotSupported($"$apply: the transformation {node.Kind} is not supported; POST /v1/sql can do more."),
    };

    private ODataRows Compute(ODataRows rows, IEnumerable<ComputeExpression> expressions) =>
        rows.With([.. expressions.Select(item => new ODataColumn(item.Alias, TypeOf(item), Sql(item.Expression)))]);

    private static IEdmTypeReference TypeOf(ComputeExpression item) =>
        item.Expression.TypeReference ?? throw ODataFaultException.Bad($"{item.Alias} has no type: null alone is no value to compute.");

    private static string Property(GroupByPropertyNode node) => node.Expression is SingleValuePropertyAccessNode property
        ? property.Property.Name
        : throw ODataFaultException.NotSupported($"groupby takes properties of the row; {node.Name} is none.");

    private ODataColumn[] Columns(AggregateTransformationNode node) => [.. node.AggregateExpressions.Select(item => item is AggregateExpression expression
        ? Column(expression)
        : throw ODataFaultException.NotSupported($"aggregate takes expressions of the row's properties; {item.Alias} is none."))];

    private ODataColumn Column(AggregateExpression item)
    {
        if (item.Method == AggregationMethod.VirtualPropertyCount)
            return new ODataColumn(item.Alias, Int64, "count(*)");
        var (type, sql) = (item.Expression.TypeReference, Sql(item.Expression));
        var isNumber = type is not null && (type.IsIntegral() || type.IsDecimal() || type.IsFloating());
        return item.Method switch
        {
            AggregationMethod.CountDistinct => new ODataColumn(item.Alias, Int64, $"count(DISTINCT {sql})"),
            AggregationMethod.Min => new ODataColumn(item.Alias, type!, $"min({sql})"),
            AggregationMethod.Max => new ODataColumn(item.Alias, type!, $"max({sql})"),
            AggregationMethod.Sum or AggregationMethod.Average when !isNumber => throw ODataFaultException.Bad($"{item.Alias}: only numbers have a sum or an average."),
            // The engine adds whole numbers up in 128 bits; what does not fit into 64 is an error and no other number.
            AggregationMethod.Sum when type!.IsIntegral() => new ODataColumn(item.Alias, Int64, $"CAST(sum({sql}) AS BIGINT)"),
            AggregationMethod.Sum => new ODataColumn(item.Alias, type!, $"sum({sql})"),
            AggregationMethod.Average => new ODataColumn(item.Alias, EdmCoreModel.Instance.GetDouble(isNullable: true), $"avg({sql})"),
            _ => throw ODataFaultException.NotSupported($"{item.Alias}: the aggregation {item.MethodDefinition.MethodLabel} is not supported; there are sum, min, max, average, countdistinct and $count."),
        };
    }

    private static IEdmPrimitiveTypeReference Int64 => EdmCoreModel.Instance.GetInt64(isNullable: true);

    private string Sql(QueryNode expression) => new ODataExpressionSql(parameters, exact: true).Sql(expression);
}
