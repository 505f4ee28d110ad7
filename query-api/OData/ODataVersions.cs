using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>The versions of the protocol a request speaks of (OData 4.0 Protocol, sections 8.1.5 and 8.2.7).</summary>
internal static class ODataVersions
{
    /// <summary>The version of every answer.</summary>
    public const string Answered = "4.0";

    /// <summary>Later minor versions are asked for by many clients and do without what 4.0 lacks; a client whose highest is older cannot read the answer.</summary>
    /// <exception cref="ODataFaultException">The client cannot read version 4.0, or what it says is no version.</exception>
    public static void Check(HttpRequest request)
    {
        if (Major(request, "OData-MaxVersion") is < 4)
            throw Refused(request, "OData-MaxVersion");
        if (Major(request, "OData-Version") is not (null or 4))
            throw Refused(request, "OData-Version");
    }

    private static int? Major(HttpRequest request, string header)
    {
        var text = request.Headers[header].ToString();
        if (text.Length == 0)
            return null;
        var parts = text.Split('.');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? major
            : throw Refused(request, header);
    }

    private static ODataFaultException Refused(HttpRequest request, string header) =>
        ODataFaultException.Bad($"{header} is {request.Headers[header]}: this service speaks version {Answered}. Leave the header out, or send {Answered}.", header);
}
