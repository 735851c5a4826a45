using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// Why a check failed or wasn't evaluated (spec/receipt.md, "What a verifier checks"). Readers' own codes
/// (<c>cbor/…</c>, <c>cose/…</c>, <c>note/…</c>, <c>checkpoint/…</c>, <c>oip/…</c>, those of Assay.Receipts) come on top of these.
/// </summary>
public static class DetailCodes
{
    public const string Unreadable = "check/unreadable";
    public const string Redacted = "claims/redacted";
    public const string Absent = "claims/absent";

    public const string NoTrustFile = "keyset/no-trust-file";
    public const string NotNamed = "keyset/not-named";
    public const string FirstUse = "keyset/first-use";
    public const string StatementDiffers = "keyset/statement-differs";
    public const string HeadDiffers = "keyset/head-differs";
    public const string OriginDiffers = "keyset/origin-differs";
    public const string NotYetValid = "keyset/not-yet-valid";
    public const string Expired = "keyset/expired";
    public const string IssuedInFuture = "keyset/issued-in-future";

    public const string Retired = "keyset/retired";
    public const string Revoked = "keyset/revoked";
    public const string NoHistory = "keyset/no-history";
    public const string HistoryPath = "keyset/history-path";
    public const string HistoryEntry = ReceiptErrors.HistoryEntry;
    public const string HistorySignature = ReceiptErrors.HistorySignature;
    public const string HistoryOther = "keyset/history-other";

    public const string BatchSizeDiffers = "batch/size-differs";
    public const string BatchPath = "batch/path";
    public const string ClaimsRootDiffers = "claims/root-differs";
    public const string OutputRootDiffers = "output/root-differs";
    public const string OutputPartsDiffer = "output/parts-differ";
    public const string AttachmentUnnamed = "bundle/attachment-unnamed";
    public const string NoAttachments = "bundle/no-attachments";
    public const string PolicyDigestDiffers = "policy/digest-differs";
    public const string PolicyNotAsked = "policy/not-asked";
    public const string LevelSourceDiffers = "policy/level-source-differs";

    public const string ModelNotGiven = "model/not-given";
    public const string ModelDiffers = "model/differs";

    public const string NoWireBytes = "wire/no-bytes";
    public const string WireDigestDiffers = "wire/digest-differs";
    public const string WireTensorsDiffer = "wire/tensors-differ";
    public const string WireProtocolUnknown = "wire/protocol-unknown";

    public const string ChatUnreadable = Chat.ChatCodes.Unreadable;
    public const string ChatSystemPromptDiffers = "chat/system-prompt-differs";
    public const string ChatMessageDiffers = "chat/message-differs";
    public const string ChatAttachmentDiffers = "chat/attachment-differs";
    public const string ChatToolsDiffer = "chat/tools-differ";
    public const string ChatFormatDiffers = "chat/format-differs";
    public const string ChatParameterDiffers = "chat/parameter-differs";
    public const string ChatSeedDiffers = "chat/seed-differs";
    public const string ChatLineageDiffers = "chat/lineage-differs";
    public const string ChatStreamCut = "chat/stream-cut";
    public const string ChatContentDiffers = "chat/content-differs";
    public const string ChatToolCallsDiffer = "chat/tool-calls-differ";
    public const string ChatFinishDiffers = "chat/finish-differs";
    public const string ChatLogprobsDiffer = "chat/logprobs-differ";
    public const string ChatUsageDiffers = "chat/usage-differs";
    public const string ChatModelDiffers = "chat/model-differs";
    public const string ChatEmbeddingDiffers = "chat/embedding-differs";
    public const string ChatIdDiffers = "chat/id-differs";
    public const string ChatChoicesDiffer = "chat/choices-differ";
    public const string ProgressPhase = "progress/phase";
    public const string ProgressRequestDiffers = "progress/request-differs";
    public const string ProgressEventsDiffer = "progress/events-differ";
    public const string ProgressEventsMissing = "progress/events-missing";
    public const string UpstreamModelDiffers = "upstream/model-differs";
    public const string UpstreamUnknown = "upstream/unknown";

    public const string LevelDiffers = "level/differs";
    public const string LevelNotNamed = "level/not-named";
    public const string LevelNotAName = "level/not-a-name";

    public const string LogNoProof = "log/no-proof";
    public const string LogNoTrustFile = "log/no-trust-file";
    public const string LogNotNamed = "log/not-named";
    public const string LogFirstUse = "log/first-use";
    public const string LogKey = "log/key";
    public const string LogOriginDiffers = "log/origin-differs";
    public const string LogPath = "log/path";
    public const string LogEntryKind = "log/entry-kind";
    public const string LogEntryDiffers = "log/entry-differs";
    public const string LogLevelDiffers = "log/level-differs";
    public const string LogSizeDiffers = "log/size-differs";

    public const string LogNoQuorum = "log/no-quorum";
    public const string LogQuorumUnmet = "log/quorum-unmet";
    public const string LogCosignature = "log/cosignature";
    public const string LogCosignedEarly = "log/cosigned-early";

    public const string ReplayNotAsked = "replay/not-asked";
    public const string ReplayEarlierFailure = "replay/earlier-failure";
    public const string ReplaySemanticsUnknown = "replay/semantics-unknown";
    public const string ReplayConditions = "replay/conditions-differ";
    public const string ReplayUnavailable = "replay/unavailable";
    public const string ReplayOtherModel = "replay/other-model";
    public const string ReplayRefusedInput = "replay/refused-input";
    public const string ReplayOutputDiffers = "replay/output-differs";
    public const string ReplaySaturatedDiffers = "replay/saturated-differs";

    public const string PeerRefuted = "replay/peer-refuted";
    public const string NoEndorsement = "replay/no-endorsement";
    public const string PeerNotNamed = "replay/peer-not-named";
    public const string PeerUseless = "replay/peer-useless";

    public const string TeeNoEndorsement = "tee/no-endorsement";
    public const string TeeNoPolicy = "tee/no-policy";
    public const string TeeNotAccepted = "tee/not-accepted";
    public const string TeeUseless = "tee/useless";

    public const string PaymentOfferText = "payment/offer-text";
    public const string PaymentOtherRequest = "payment/other-request";
    public const string PaymentOtherLevel = "payment/other-level";
    public const string PaymentPrice = "payment/price";
    public const string PaymentPayload = "payment/payload";
    public const string PaymentOtherOffer = "payment/other-offer";
    public const string PaymentForged = "payment/signature";
    public const string PaymentTime = "payment/time";
    public const string PaymentChainDiffers = "payment/chain-differs";
    public const string PaymentNoSettlement = "payment/no-settlement";
    public const string PaymentNothingCharged = "payment/nothing-charged";
    public const string PaymentNoChain = "payment/no-chain";
    public const string PaymentNotFound = "payment/not-found";
    public const string PolicyUnknown = "policy/unknown";

    public const string ProofNone = "proof/none";
    public const string ProofEarlierFailure = "proof/earlier-failure";
    public const string ProofOtherModel = "proof/other-model";
    public const string ProofOtherRoot = "proof/other-root";
    public const string ProofNotRegistered = "proof/not-registered";
    public const string ProofRegistrarNotNamed = "proof/registrar-not-named";
    public const string ProofRegisteredByOperator = "proof/registered-by-operator";
    public const string ProofRegistrationUseless = "proof/registration-useless";
    public const string ProofSemanticsUnknown = "proof/semantics-unknown";
    public const string ProofInputs = "proof/inputs";
    public const string ProofRuns = "proof/runs";
    public const string ProofOutputs = "proof/outputs";
    public const string ProofSaturatedDiffers = "proof/saturated-differs";
}
