using System.Text.Json;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Reads objects of the API straight from UTF-8, and only the fields that are kept.</summary>
/// <remarks>The kinds' fields do not contradict each other, so one reader goes through all of them and the kind says what becomes of it.</remarks>
internal static class ObjectReader
{
    /// <summary>The label and its value by which the pods of FlowLake's agent are known.</summary>
    public const string AgentName = "flowlake-agent";

    /// <summary>Reads one object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="draft">Takes its fields; what was in it before goes.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type than the API says.</exception>
    public static void Read(ReadOnlySpan<byte> json, ObjectDraft draft)
    {
        draft.Clear();
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("an object was expected");
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8))
                Metadata(ref reader, draft);
            else if (reader.ValueTextEquals("spec"u8))
                Spec(ref reader, draft);
            else if (reader.ValueTextEquals("status"u8))
                Status(ref reader, draft);
            else if (reader.ValueTextEquals("endpoints"u8))
                EachObject(ref reader, draft, "addresses"u8);
            else if (reader.ValueTextEquals("ports"u8))
                Ports(ref reader, draft);
            else
                Skip(ref reader);
        }
    }

    private static void Metadata(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("name"u8))
                Text(ref reader, draft.Name);
            else if (reader.ValueTextEquals("namespace"u8))
                draft.Namespace = Name(ref reader, draft) ?? "";
            else if (reader.ValueTextEquals("uid"u8))
                Text(ref reader, draft.Uid);
            else if (reader.ValueTextEquals("resourceVersion"u8))
                Text(ref reader, draft.Version);
            else if (reader.ValueTextEquals("creationTimestamp"u8))
                draft.Created = Time(ref reader);
            else if (reader.ValueTextEquals("labels"u8))
                Labels(ref reader, draft);
            else if (reader.ValueTextEquals("annotations"u8))
                Annotations(ref reader, draft);
            else if (reader.ValueTextEquals("ownerReferences"u8))
                Owners(ref reader, draft);
            else
                Skip(ref reader);
        }
    }

    private static void Labels(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("topology.kubernetes.io/zone"u8))
                draft.Zone = Name(ref reader, draft);
            else if (reader.ValueTextEquals("topology.k8s.aws/zone-id"u8))
                draft.ZoneId = Name(ref reader, draft);
            else if (reader.ValueTextEquals("topology.kubernetes.io/region"u8))
                draft.Region = Name(ref reader, draft);
            else if (reader.ValueTextEquals("kubernetes.io/service-name"u8))
                draft.Service = Name(ref reader, draft);
            else if (reader.ValueTextEquals("app.kubernetes.io/name"u8))
                draft.IsAgent = Next(ref reader) && reader.ValueTextEquals(AgentName);
            else
                Skip(ref reader);
        }
    }

    private static void Annotations(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            // The same hash: the mirror's own mark, which every mirror has, and the kubelet's.
            if (reader.ValueTextEquals("kubernetes.io/config.hash"u8) || reader.ValueTextEquals("kubernetes.io/config.mirror"u8))
                Text(ref reader, draft.StaticHash);
            else if (reader.ValueTextEquals(ObservationScope.Annotation))
                draft.Observe = ObservationScope.Decision(Name(ref reader, draft));
            else
                Skip(ref reader);
        }
    }

    private static void Owners(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (kind, name, controls) = ("", "", false);
            while (IsAtField(ref reader))
            {
                if (reader.ValueTextEquals("kind"u8))
                    kind = Name(ref reader, draft) ?? "";
                else if (reader.ValueTextEquals("name"u8))
                    name = Name(ref reader, draft) ?? "";
                else if (reader.ValueTextEquals("controller"u8))
                    controls = Truth(ref reader);
                else
                    Skip(ref reader);
            }

            if (controls && kind.Length > 0 && name.Length > 0)
                draft.Owner = new OwnerName(kind, name);
        }
    }

    private static void Spec(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("nodeName"u8))
                draft.Node = Name(ref reader, draft) ?? "";
            else if (reader.ValueTextEquals("hostNetwork"u8))
                draft.HostNetwork = Truth(ref reader);
            else if (reader.ValueTextEquals("podCIDR"u8) || reader.ValueTextEquals("podCIDRs"u8))
                Ranges(ref reader, draft);
            else if (reader.ValueTextEquals("clusterIP"u8) || reader.ValueTextEquals("clusterIPs"u8) || reader.ValueTextEquals("externalIPs"u8) || reader.ValueTextEquals("loadBalancerIP"u8))
                Addresses(ref reader, draft);
            else if (reader.ValueTextEquals("ports"u8))
                Ports(ref reader, draft);
            else
                Skip(ref reader);
        }
    }

    private static void Status(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("phase"u8))
                draft.HasEnded = Next(ref reader) && (reader.ValueTextEquals("Succeeded"u8) || reader.ValueTextEquals("Failed"u8));
            else if (reader.ValueTextEquals("startTime"u8))
                draft.Started = Time(ref reader);
            else if (reader.ValueTextEquals("conditions"u8))
                Conditions(ref reader, draft);
            else if (reader.ValueTextEquals("podIP"u8))
                Addresses(ref reader, draft);
            else if (reader.ValueTextEquals("podIPs"u8))
                EachObject(ref reader, draft, "ip"u8);
            else if (reader.ValueTextEquals("addresses"u8))
                EachObject(ref reader, draft, "address"u8);
            else if (reader.ValueTextEquals("loadBalancer"u8))
                LoadBalancer(ref reader, draft);
            else
                Skip(ref reader);
        }
    }

    private static void Conditions(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (isReady, isTrue) = (false, false);
            while (IsAtField(ref reader))
            {
                if (reader.ValueTextEquals("type"u8))
                    isReady = Next(ref reader) && reader.ValueTextEquals("Ready"u8);
                else if (reader.ValueTextEquals("status"u8))
                    isTrue = Next(ref reader) && reader.ValueTextEquals("True"u8);
                else
                    Skip(ref reader);
            }

            draft.IsReady |= isReady && isTrue;
        }
    }

    private static void LoadBalancer(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartObject))
            return;
        while (IsAtField(ref reader))
        {
            if (reader.ValueTextEquals("ingress"u8))
                EachObject(ref reader, draft, "ip"u8);
            else
                Skip(ref reader);
        }
    }

    private static void Ports(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        if (!Enters(ref reader, JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var (name, port, target, protocol) = ("", 0, 0, FlowProtocol.Tcp);
            while (IsAtField(ref reader))
            {
                if (reader.ValueTextEquals("name"u8))
                    name = Name(ref reader, draft) ?? "";
                else if (reader.ValueTextEquals("port"u8))
                    port = Number(ref reader);
                else if (reader.ValueTextEquals("targetPort"u8))
                    target = Number(ref reader);
                else if (reader.ValueTextEquals("protocol"u8))
                    protocol = Protocol(ref reader);
                else
                    Skip(ref reader);
            }

            draft.AddPort(new ObjectPort(name, port, target, protocol));
        }
    }

    /// <summary>The addresses in one field of each object of an array.</summary>
    private static void EachObject(ref Utf8JsonReader reader, ObjectDraft draft, ReadOnlySpan<byte> field)
    {
        if (!Enters(ref reader, JsonTokenType.StartArray))
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (IsAtField(ref reader))
            {
                if (reader.ValueTextEquals(field))
                    Addresses(ref reader, draft);
                else
                    Skip(ref reader);
            }
        }
    }

    /// <summary>An address, or each of an array.</summary>
    private static void Addresses(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            draft.AddAddress(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            draft.AddAddress(ref reader);
    }

    /// <summary>A range of addresses, or each of an array.</summary>
    private static void Ranges(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            draft.AddRange(ref reader);
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            draft.AddRange(ref reader);
    }

    private static bool IsAtField(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes into the value if it is what it should be, and past it, null for example, if not.</summary>
    private static bool Enters(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();
        if (reader.TokenType == start)
            return true;
        reader.Skip();
        return false;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>Goes to the value; false where it is null.</summary>
    private static bool Next(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.Null;

    private static void Text(ref Utf8JsonReader reader, TextBuffer text)
    {
        reader.Read();
        text.Read(ref reader);
    }

    /// <summary>A text that other objects have as well.</summary>
    private static string? Name(ref Utf8JsonReader reader, ObjectDraft draft)
    {
        reader.Read();
        return draft.Names.Text(ref reader);
    }

    private static bool Truth(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.True;
    }

    /// <summary>The number, or zero where a text stands for it: a port by name.</summary>
    private static int Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : 0;
    }

    private static byte Protocol(ref Utf8JsonReader reader)
    {
        if (!Next(ref reader))
            return FlowProtocol.Tcp;
        return reader.ValueTextEquals("UDP"u8) ? FlowProtocol.Udp : reader.ValueTextEquals("SCTP"u8) ? FlowProtocol.Sctp : FlowProtocol.Tcp;
    }

    private static DateTimeOffset Time(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : default;
    }
}
