using FlowLake.Lake.Duck;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>$search: the terms, in any case and anywhere within a name of the row.</summary>
internal sealed class ODataSearch
{
    /// <summary>What the last word of a column's name says when it holds a name.</summary>
    private static readonly string[] words = ["namespace", "pod", "workload", "service", "node", "zone", "cluster", "region", "name"];

    private readonly ODataParameters parameters;
    private readonly string names;

    /// <exception cref="ODataFaultException">The rows have no names.</exception>
    public ODataSearch(ODataRows rows, ODataParameters parameters)
    {
        this.parameters = parameters;
        var columns = rows.Type.DeclaredProperties.Where(property => property.Type.IsString() && words.Contains(property.Name.Split('_')[^1])).Select(property => DuckSql.Identifier(property.Name)).ToArray();
        if (columns.Length == 0)
            throw ODataFaultException.Bad("$search looks through names, and these rows have none.");
        // One text of all names, with what no name holds between them; null is left out.
        names = $"lower(concat_ws(chr(31), {string.Join(", ", columns)}))";
    }

    /// <exception cref="ODataFaultException">A part of it is not supported.</exception>
    public string Sql(QueryNode node) => node switch
    {
        SearchTermNode term => $"contains({names}, lower({parameters.Add(term.Text)}))",
        UnaryOperatorNode { OperatorKind: UnaryOperatorKind.Not } not => $"(NOT {Sql(not.Operand)})",
        BinaryOperatorNode { OperatorKind: BinaryOperatorKind.And } and => $"({Sql(and.Left)} AND {Sql(and.Right)})",
        BinaryOperatorNode { OperatorKind: BinaryOperatorKind.Or } or => $"({Sql(or.Left)} OR {Sql(or.Right)})",
        _ => throw ODataFaultException.NotSupported($"$search: {node.Kind} is not supported; there are terms, AND, OR and NOT."),
    };
}
