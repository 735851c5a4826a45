namespace Assay.Node.Signing;

/// <summary>The signer's addresses (docs/keys.md): HTTP/1.1 over a Unix socket that only its owner can open.</summary>
internal static class SignerProtocol
{
    internal const string Profile = "assay/signer/v1";

    internal const string Keys = "/v1/keys";

    /// <summary>Body: the Sig_structure over a batch head, or over an endorsement that says <c>expired</c>. Answer: 64 bytes <c>r | s</c>.</summary>
    internal const string SignBatch = "/v1/sign/batch";

    /// <summary>Body: a checkpoint's text. Answer: 64 bytes.</summary>
    internal const string SignCheckpoint = "/v1/sign/checkpoint";

    internal const int MaximumBody = 4096;

    internal const int SignatureLength = 64;
}
