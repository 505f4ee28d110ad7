namespace FlowLake.QueryApi.Hosting;

/// <summary>Where a certificate is, as PEM.</summary>
/// <param name="Certificate">File of the certificate, and behind it those between it and its authority.</param>
/// <param name="Key">File of its key, not encrypted.</param>
public sealed record CertificateFiles(string Certificate, string Key);
