using System.Text.Json;

namespace FlowLake.Tests.Infra;

/// <summary>One thing a policy allows.</summary>
/// <param name="Holder">The policy's name in the template.</param>
/// <param name="Action">The action, such as s3:GetObject.</param>
/// <param name="Resource">The name in the template of what it may be done to, or an address written out.</param>
/// <param name="Keys">The keys of objects it may be done to, with * for anything; empty for the resource itself.</param>
internal readonly record struct Grant(string Holder, string Action, string Resource, string Keys)
{
    /// <summary>Whether it allows the action on an object.</summary>
    public bool Covers(string action, string key) =>
        action == Action && (Keys.Length == 0 || (Keys.EndsWith('*') ? key.StartsWith(Keys[..^1], StringComparison.Ordinal) : key == Keys));

    public override string ToString() => $"{Action} {Keys}";

    /// <summary>Reads every policy of a template.</summary>
    public static List<Grant> AllOf(JsonElement template) =>
    [
        .. from resource in template.GetProperty("Resources").EnumerateObject()
           let properties = resource.Value.GetProperty("Properties")
           // A role's trust in the service that takes it on is no such document; every other policy is one.
           where properties.TryGetProperty("PolicyDocument", out _)
           from statement in properties.GetProperty("PolicyDocument").GetProperty("Statement").EnumerateArray()
           where statement.GetProperty("Effect").GetString() == "Allow"
           from action in OneOrMany(statement, "Action")
           from target in OneOrMany(statement, "Resource")
           let address = Address(target).Split('/', 2)
           select new Grant(resource.Name, action.GetString()!, address[0], address.Length > 1 ? address[1] : ""),
    ];

    /// <summary>The resource's name in the template, and what is joined to its address.</summary>
    private static string Address(JsonElement target)
    {
        if (target.ValueKind == JsonValueKind.String)
            return target.GetString()!;
        if (target.TryGetProperty("Fn::GetAtt", out var attribute))
            return attribute[0].GetString()!;
        return string.Concat(target.GetProperty("Fn::Join")[1].EnumerateArray().Select(Address));
    }

    private static JsonElement[] OneOrMany(JsonElement statement, string member)
    {
        var element = statement.GetProperty(member);
        return element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
    }
}
