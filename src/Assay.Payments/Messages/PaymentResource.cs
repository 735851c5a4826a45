namespace Assay.Payments;

/// <summary>What is paid for, as people and catalogues see it (x402's ResourceInfo).</summary>
/// <param name="Url">Its address.</param>
/// <param name="Description">In words.</param>
/// <param name="MimeType">Of the answer.</param>
public sealed record PaymentResource(string Url, string Description, string MimeType);
