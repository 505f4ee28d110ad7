using FlowLake.QueryApi.Relations;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>What the top of a $filter surely asks of the rows, column by column. Pure.</summary>
internal static class ODataBounds
{
    public static RowBounds Of(Relation relation, QueryNode node) => node switch
    {
        BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and => Of(relation, and.Left).And(Of(relation, and.Right)),
        BinaryOperatorNode comparison => Compare(relation, comparison.Left, comparison.OperatorKind, comparison.Right) ?? Compare(relation, comparison.Right, Turned(comparison.OperatorKind), comparison.Left) ?? RowBounds.None,
        ConvertNode convert => Of(relation, convert.Source),
        InNode { Right: CollectionConstantNode list } within when Column(relation, within.Left) is { } column => Among(column, [.. list.Collection.Select(item => Value(column, item.Value))]),
        _ => RowBounds.None,
    };

    private static RowBounds? Compare(Relation relation, SingleValueNode left, BinaryOperatorKind kind, SingleValueNode right)
    {
        if (Column(relation, left) is not { } column || ODataExpressionSql.Bare(right) is not ConstantNode constant || Value(column, constant.Value) is not { } value)
            return null;
        return kind switch
        {
            BinaryOperatorKind.Equal => RowBounds.None.And(column.Name, new ValueBounds(value, value)),
            BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => RowBounds.None.And(column.Name, new ValueBounds(value, null)),
            BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => RowBounds.None.And(column.Name, new ValueBounds(null, value)),
            _ => null,
        };
    }

    private static RowBounds Among(RelationColumn column, BoundValue?[] values) =>
        values.Length == 0 || values.Contains(null) ? RowBounds.None : RowBounds.None.And(column.Name, new ValueBounds(values.Min(), values.Max()));

    private static BinaryOperatorKind Turned(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        _ => kind,
    };

    // A value of another type than the column's would be converted, and how is not known here: it bounds nothing.
    private static BoundValue? Value(RelationColumn column, object? value) => (column.Type, value) switch
    {
        (RelationType.Date, Date date) => BoundValue.Of(new DateOnly(date.Year, date.Month, date.Day)),
        (RelationType.Timestamp, DateTimeOffset time) => BoundValue.Of(time),
        (RelationType.String, string text) => new BoundValue(0, text),
        (RelationType.Int32 or RelationType.Int64, int number) => new BoundValue(number),
        (RelationType.Int32 or RelationType.Int64, long number) => new BoundValue(number),
        _ => null,
    };

    private static RelationColumn? Column(Relation relation, SingleValueNode node) => ODataExpressionSql.Bare(node) is SingleValuePropertyAccessNode property ? relation.Column(property.Property.Name) : null;
}
