using System.Globalization;

namespace FlowLake.Schemas.Dns;

/// <summary>The words the table <c>dns</c> uses for the protocol's numbers.</summary>
/// <remarks>Source: https://www.iana.org/assignments/dns-parameters.</remarks>
public static class DnsWords
{
    private static readonly string[] responseCodes =
        ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE", "DSOTYPENI"];

    /// <summary>A response code's name; RCODE and its number where it has none here.</summary>
    public static string ResponseCode(int code) =>
        code >= 0 && code < responseCodes.Length ? responseCodes[code] : string.Create(CultureInfo.InvariantCulture, $"RCODE{code}");

    /// <summary>A query type's name; TYPE and its number (RFC 3597) where it has none here.</summary>
    public static string Type(int type) => type switch
    {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        35 => "NAPTR",
        43 => "DS",
        48 => "DNSKEY",
        52 => "TLSA",
        64 => "SVCB",
        65 => "HTTPS",
        255 => "ANY",
        257 => "CAA",
        _ => string.Create(CultureInfo.InvariantCulture, $"TYPE{type}"),
    };
}
