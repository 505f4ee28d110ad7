using System.Collections.Immutable;
using System.Text;
using System.Xml;
using FlowLake.QueryApi.Relations;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Vocabularies;
using Microsoft.OData.Edm.Vocabularies.V1;

namespace FlowLake.QueryApi.OData;

/// <summary>The relations as an entity data model: property names are the column names, the key is <see cref="Relation.KeyColumn"/>.</summary>
internal sealed class ODataModel
{
    public const string Namespace = "FlowLake";
    public const string Container = "Lake";

    private readonly ImmutableDictionary<string, Relation> relations;

    public ODataModel(IEnumerable<Relation> shown)
    {
        var sets = shown.Where(relation => relation.EntitySet is not null).ToArray();
        relations = sets.ToImmutableDictionary(relation => relation.EntitySet!, StringComparer.Ordinal);
        var model = new EdmModel();
        var container = new EdmEntityContainer(Namespace, Container);
        model.AddElement(container);
        foreach (var relation in sets)
        {
            var type = EntityType(model, relation);
            model.AddElement(type);
            Describe(model, container.AddEntitySet(relation.EntitySet, type), relation.Description);
        }

        Model = model;
        Metadata = Write(model);
    }

    public static ODataModel Default { get; } = new(FlowRelations.All);

    public IEdmModel Model { get; }

    /// <summary>The document <c>$metadata</c>: CSDL as XML in UTF-8.</summary>
    public ReadOnlyMemory<byte> Metadata { get; }

    /// <summary>The entity sets in the order of the relations.</summary>
    public IEnumerable<string> EntitySets => Model.EntityContainer.EntitySets().Select(set => set.Name);

    public Relation RelationOf(IEdmNavigationSource set) => relations[set.Name];

    private static EdmEntityType EntityType(EdmModel model, Relation relation)
    {
        // PairTraffic -> PairTrafficRow: an entity type and an entity set of one name confuse generated clients.
        var type = new EdmEntityType(Namespace, relation.EntitySet + "Row");
        type.AddKeys(type.AddStructuralProperty(Relation.KeyColumn, EdmCoreModel.Instance.GetString(isNullable: false)));
        foreach (var column in relation.Columns)
            Describe(model, type.AddStructuralProperty(column.Name, TypeOf(column)), column.Unit is null ? column.Description : $"{column.Description} In {column.Unit}.");
        return type;
    }

    private static IEdmPrimitiveTypeReference TypeOf(RelationColumn column) => column.Type switch
    {
        RelationType.Boolean => EdmCoreModel.Instance.GetBoolean(isNullable: true),
        RelationType.Int32 => EdmCoreModel.Instance.GetInt32(isNullable: true),
        RelationType.Int64 => EdmCoreModel.Instance.GetInt64(isNullable: true),
        RelationType.String => EdmCoreModel.Instance.GetString(isNullable: true),
        RelationType.Date => EdmCoreModel.Instance.GetDate(isNullable: true),
        RelationType.Timestamp => EdmCoreModel.Instance.GetTemporal(EdmPrimitiveTypeKind.DateTimeOffset, 6, isNullable: true),
        RelationType.Decimal => EdmCoreModel.Instance.GetDecimal(RelationColumn.DecimalPrecision, RelationColumn.DecimalScale, isNullable: true),
        _ => throw new InvalidOperationException($"{column.Name}: a column type without a name in OData"),
    };

    private static void Describe(EdmModel model, IEdmVocabularyAnnotatable target, string text)
    {
        var annotation = new EdmVocabularyAnnotation(target, CoreVocabularyModel.DescriptionTerm, new EdmStringConstant(text));
        annotation.SetSerializationLocation(model, EdmVocabularyAnnotationSerializationLocation.Inline);
        model.AddVocabularyAnnotation(annotation);
    }

    private static byte[] Write(EdmModel model)
    {
        using var content = new MemoryStream();
        using (var writer = XmlWriter.Create(content, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true }))
        {
            if (!CsdlWriter.TryWriteCsdl(model, writer, CsdlTarget.OData, out var errors))
                throw new InvalidOperationException("the model cannot be written: " + string.Join("; ", errors.Select(error => error.ErrorMessage)));
        }

        return content.ToArray();
    }
}
