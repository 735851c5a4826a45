namespace Assay.Verification;

/// <summary>The codes of a verifier's checks, in their order (spec/receipt.md, "What a verifier checks").</summary>
public static class CheckCodes
{
    public const string BundleDecode = "bundle/decode";
    public const string KeySetTrusted = "keyset/trusted";
    public const string KeySetDigest = "keyset/digest";
    public const string KeySetValidity = "keyset/validity";
    public const string KeySetHistory = "keyset/history";
    public const string BatchInclusion = "batch/inclusion";
    public const string BatchSignature = "batch/signature";
    public const string ClaimsRoot = "claims/root";
    public const string OutputRoot = "output/root";
    public const string BundleAttachments = "bundle/attachments";
    public const string PolicyDigest = "policy/digest";
    public const string RequestModel = "request/model";
    public const string RequestWire = "request/wire";
    public const string RequestInputs = "request/inputs";
    public const string RequestLevel = "request/level";
    public const string ResponseWire = "response/wire";
    public const string ResponseOutputs = "response/outputs";
    public const string UpstreamModel = "upstream/model";
    public const string LogTrusted = "log/trusted";
    public const string LogCheckpoint = "log/checkpoint";
    public const string LogInclusion = "log/inclusion";
    public const string LogEntry = "log/entry";
    public const string LogWitnessed = "log/witnessed";
    public const string ReplayModel = "replay/model";
    public const string ReplayOutput = "replay/output";
    public const string ReplayPeers = "replay/peers";
    public const string ProofModel = "proof/model";
    public const string ProofOutput = "proof/output";
    public const string TeeAppraised = "tee/appraised";

    public const string PaymentOffer = "payment/offer";
    public const string PaymentSignature = "payment/signature";
    public const string PaymentSettled = "payment/settled";

    /// <summary>All checks, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        BundleDecode, KeySetTrusted, KeySetDigest, KeySetValidity, KeySetHistory, BatchInclusion, BatchSignature, ClaimsRoot, OutputRoot,
        BundleAttachments, PolicyDigest, RequestModel, RequestWire, RequestInputs, RequestLevel, ResponseWire, ResponseOutputs, UpstreamModel,
        LogTrusted, LogCheckpoint, LogInclusion, LogEntry, LogWitnessed, ReplayModel, ReplayOutput, ReplayPeers, ProofModel, ProofOutput,
        TeeAppraised, PaymentOffer, PaymentSignature, PaymentSettled,
    ];
}
