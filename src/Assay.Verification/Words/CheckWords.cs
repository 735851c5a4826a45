using System.Collections.Frozen;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>The checks' results in words.</summary>
internal static class CheckWords
{
    private static readonly FrozenDictionary<string, string> Passes = new Dictionary<string, string>
    {
        [CheckCodes.BundleDecode] = "The receipt is well-formed.",
        [CheckCodes.KeySetTrusted] = "Your trust file names this node, by this key set or one tied to it by rotations.",
        [CheckCodes.KeySetDigest] = "The receipt names the node's key set.",
        [CheckCodes.KeySetValidity] = "The key set was valid when the receipt was issued.",
        [CheckCodes.KeySetHistory] = "The log shows how the node came to this key set, each change signed by the old key and the new one.",
        [CheckCodes.BatchInclusion] = "The receipt is in the batch that was signed.",
        [CheckCodes.BatchSignature] = "The node's key signed the batch.",
        [CheckCodes.ClaimsRoot] = "The fields are the ones that were signed.",
        [CheckCodes.OutputRoot] = "The outputs are the ones that were signed.",
        [CheckCodes.BundleAttachments] = "What is attached is named in the receipt.",
        [CheckCodes.PolicyDigest] = "The level asked for is the one that was signed.",
        [CheckCodes.RequestModel] = "The model is the one that you called.",
        [CheckCodes.RequestWire] = "The request's bytes are the ones that the receipt names.",
        [CheckCodes.RequestInputs] = "The inputs are the ones in the request.",
        [CheckCodes.RequestLevel] = "The request names the level that was signed.",
        [CheckCodes.ResponseWire] = "The answer's bytes are the ones that the receipt names.",
        [CheckCodes.ResponseOutputs] = "The outputs are the ones in the answer.",
        [CheckCodes.UpstreamModel] = "No upstream answered, or it names the model that it was asked for.",
        [CheckCodes.LogTrusted] = "Your trust file names this log.",
        [CheckCodes.LogCheckpoint] = "The log's key signed the checkpoint.",
        [CheckCodes.LogInclusion] = "The entry is in the log at that checkpoint.",
        [CheckCodes.LogEntry] = "The entry is for this receipt.",
        [CheckCodes.LogWitnessed] = "Witnesses that you name cosigned the checkpoint, enough for your quorum.",
        [CheckCodes.ReplayModel] = "The program with the receipt's model id is here.",
        [CheckCodes.ReplayOutput] = "Run again, it gives the same outputs, byte for byte.",
        [CheckCodes.ReplayPeers] = "A peer that you name ran it again and got the same.",
        [CheckCodes.ProofModel] = "The proof key is the model's: a publisher that you name says so, or its weights here do.",
        [CheckCodes.ProofOutput] = "The proof holds: with the weights that its key commits to, these inputs give these outputs.",
        [CheckCodes.TeeAppraised] = "A key in attested hardware vouches for it, and a policy that counts accepts the evidence.",
        [CheckCodes.PaymentOffer] = "The offer was made for this request, this level and this price.",
        [CheckCodes.PaymentSignature] = "The payer signed a payment for this offer.",
        [CheckCodes.PaymentSettled] = "The chain, as you were told of it, has the transaction that settled the payment.",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Details = new Dictionary<string, string>
    {
        [DetailCodes.Unreadable] = "What this check needs can't be read.",
        [DetailCodes.Redacted] = "A field that is needed for this was left out of the receipt.",
        [DetailCodes.Absent] = "The node says nothing here.",
        [DetailCodes.NoTrustFile] = "Nothing says which nodes you trust. Give a trust file, or accept this node's keys on first use.",
        [DetailCodes.NotNamed] = "Your trust file doesn't name this node, so its signature proves nothing to you.",
        [DetailCodes.FirstUse] = "There is no trust file: the receipt's own keys are taken as the node's, on first use.",
        [DetailCodes.StatementDiffers] = "The receipt was issued under another key set than the one that goes with it.",
        [DetailCodes.HeadDiffers] = "The batch was signed under another key set than the one that goes with it.",
        [DetailCodes.OriginDiffers] = "The receipt names another node than its key set does.",
        [DetailCodes.NotYetValid] = "The receipt was issued before its keys were valid.",
        [DetailCodes.Expired] = "The receipt was issued after its keys had expired.",
        [DetailCodes.IssuedInFuture] = "The receipt was issued in the future, by your clock.",
        [DetailCodes.Retired] = "These keys were retired, and nothing shows that the receipt was accepted before: they may be in wrong hands.",
        [DetailCodes.Revoked] = "The keys that signed this were revoked, and nothing shows that the receipt was accepted before.",
        [DetailCodes.NoHistory] = "The receipt comes without a history of the node's keys.",
        [DetailCodes.HistoryPath] = "An entry about the node's keys isn't in the log at that checkpoint.",
        [DetailCodes.HistoryEntry] = "The entries about the node's keys don't make a history.",
        [DetailCodes.HistorySignature] = "A change of the node's keys isn't signed by those who must.",
        [DetailCodes.HistoryOther] = "The history is of other keys than the ones that signed this.",
        [DetailCodes.BatchSizeDiffers] = "The batch that was signed has another size.",
        [DetailCodes.BatchPath] = "The receipt isn't in the batch that was signed.",
        [DetailCodes.ClaimsRootDiffers] = "The fields aren't the ones that were signed.",
        [DetailCodes.OutputRootDiffers] = "The outputs aren't the ones that were signed.",
        [DetailCodes.OutputPartsDiffer] = "The receipt states another number of outputs than it has.",
        [DetailCodes.AttachmentUnnamed] = "Something is attached that the receipt doesn't name.",
        [DetailCodes.NoAttachments] = "Nothing is attached.",
        [DetailCodes.PolicyDigestDiffers] = "The level asked for isn't the one that was signed.",
        [DetailCodes.PolicyNotAsked] = "The receipt was signed for another policy than the one that you sent.",
        [DetailCodes.LevelSourceDiffers] = "Who set the level isn't what was signed.",
        [DetailCodes.ModelNotGiven] = "Which model you called wasn't given.",
        [DetailCodes.ModelDiffers] = "The receipt names another model than the one that you called.",
        [DetailCodes.NoWireBytes] = "The bytes weren't given, and aren't attached.",
        [DetailCodes.WireDigestDiffers] = "The bytes aren't the ones that the receipt names.",
        [DetailCodes.WireTensorsDiffer] = "The numbers in the bytes aren't the ones in the receipt.",
        [DetailCodes.WireProtocolUnknown] = "This verifier can't read the bytes of this protocol.",
        [DetailCodes.ChatUnreadable] = "The bytes aren't a request or an answer of this protocol.",
        [DetailCodes.ChatSystemPromptDiffers] = "The system prompt in the request isn't the one that the receipt names.",
        [DetailCodes.ChatMessageDiffers] = "A message in the request isn't the one that the receipt names, or there are more or fewer.",
        [DetailCodes.ChatAttachmentDiffers] = "An image, audio or file in the request isn't the one that the receipt names.",
        [DetailCodes.ChatToolsDiffer] = "The tools in the request aren't the ones that the receipt names.",
        [DetailCodes.ChatFormatDiffers] = "The response format in the request isn't the one that the receipt names.",
        [DetailCodes.ChatParameterDiffers] = "A parameter was applied otherwise than the request asks, and the receipt doesn't say so.",
        [DetailCodes.ChatSeedDiffers] = "The seed that was applied isn't the request's, and the receipt doesn't say so.",
        [DetailCodes.ChatLineageDiffers] = "The receipt names another turn before this one, or another application, than the request.",
        [DetailCodes.ChatStreamCut] = "The stream breaks off: its end, [DONE], is missing.",
        [DetailCodes.ChatContentDiffers] = "The text of the answer isn't the one in the receipt.",
        [DetailCodes.ChatToolCallsDiffer] = "The tool calls in the answer aren't the ones in the receipt.",
        [DetailCodes.ChatFinishDiffers] = "Why the answer ended isn't what the receipt says.",
        [DetailCodes.ChatLogprobsDiffer] = "The logprobs in the answer aren't the ones in the receipt.",
        [DetailCodes.ChatUsageDiffers] = "The token counts in the answer aren't the ones in the receipt.",
        [DetailCodes.ChatModelDiffers] = "The answer names another model than the receipt.",
        [DetailCodes.ChatEmbeddingDiffers] = "The numbers of an embedding aren't the ones in the receipt.",
        [DetailCodes.ChatIdDiffers] = "The answer belongs to another receipt, by its id.",
        [DetailCodes.ChatChoicesDiffer] = "The answer has more or fewer choices, or embeddings, than were asked for.",
        [DetailCodes.ProgressPhase] = "It isn't a receipt over the beginning of a stream.",
        [DetailCodes.ProgressRequestDiffers] = "It was signed for another request, model or protocol, or the stream's salt is another.",
        [DetailCodes.ProgressEventsDiffer] = "The stream's events aren't the ones that were signed.",
        [DetailCodes.ProgressEventsMissing] = "It is about more events than are here.",
        [DetailCodes.UpstreamModelDiffers] = "The upstream says that another model answered than the one that it was asked for.",
        [DetailCodes.UpstreamUnknown] = "The upstream didn't say which model answered.",
        [OipErrors.Datatype] = "This verifier can't read numbers of this type.",
        [DetailCodes.LevelDiffers] = "The request names another level than the one that was signed.",
        [DetailCodes.LevelNotNamed] = "The request's bytes name no level.",
        [DetailCodes.LevelNotAName] = "The request's bytes name neither a level nor a policy.",
        [DetailCodes.LogNoProof] = "The receipt comes without a proof that it is logged.",
        [DetailCodes.LogNoTrustFile] = "Nothing says which logs you trust.",
        [DetailCodes.LogNotNamed] = "Your trust file doesn't name this log.",
        [DetailCodes.LogFirstUse] = "There is no trust file: the receipt's own log is taken as the node's, on first use.",
        [DetailCodes.LogKey] = "The node's log key is no usable key.",
        [DetailCodes.LogOriginDiffers] = "The checkpoint is of another log.",
        [DetailCodes.LogPath] = "The entry isn't in the log at that checkpoint.",
        [DetailCodes.LogEntryKind] = "The log entry isn't a receipt's.",
        [DetailCodes.LogEntryDiffers] = "The log entry is for another receipt.",
        [DetailCodes.LogLevelDiffers] = "The log entry states another level.",
        [DetailCodes.LogSizeDiffers] = "The log entry states another size.",
        [DetailCodes.LogNoQuorum] = "Your trust file doesn't ask for witnesses.",
        [DetailCodes.LogQuorumUnmet] = "Fewer witnesses cosigned the checkpoint than your trust file asks for. A later copy of the receipt may have more.",
        [DetailCodes.LogCosignature] = "Fewer witnesses cosigned the checkpoint than your trust file asks for, and a line in the name of one doesn't hold.",
        [DetailCodes.LogCosignedEarly] = "Fewer witnesses count than your trust file asks for: one cosigned before the receipt says that it was issued.",
        [DetailCodes.ReplayNotAsked] = "The model wasn't run again.",
        [DetailCodes.ReplayEarlierFailure] = "Not tried, since another check failed.",
        [DetailCodes.ReplaySemanticsUnknown] = "Only exact integer programs can be run again with the same result.",
        [DetailCodes.ReplayConditions] = "It ran by another build, or on another kind of processor, or with other settings than there are here, so other words would show nothing.",
        [DetailCodes.ReplayUnavailable] = "The program isn't on this machine.",
        [DetailCodes.ReplayOtherModel] = "The model's name stands for another model here.",
        [DetailCodes.ReplayRefusedInput] = "Run again, the program refuses these inputs.",
        [DetailCodes.ReplayOutputDiffers] = "Run again, the program gives another answer.",
        [DetailCodes.ReplaySaturatedDiffers] = "Run again, the program clamps another number of input elements than the receipt states.",
        [DetailCodes.PeerRefuted] = "A peer that you name ran it again, and got another answer.",
        [DetailCodes.NoEndorsement] = "No peer has endorsed it, as far as this copy of the receipt shows.",
        [DetailCodes.PeerNotNamed] = "Somebody says that it ran it again, but neither your trust file nor a policy that you give names it.",
        [DetailCodes.PeerUseless] = "What is said about it doesn't count.",
        [DetailCodes.TeeNoEndorsement] = "No attested hardware vouches for it, as far as this copy of the receipt shows.",
        [DetailCodes.TeeNoPolicy] = "No policy says what the evidence of attested hardware must show, so whether it is genuine isn't said.",
        [DetailCodes.TeeNotAccepted] = "No policy of yours accepts the evidence of attested hardware.",
        [DetailCodes.TeeUseless] = "What is said in the name of attested hardware doesn't hold, or its evidence is missing.",
        [DetailCodes.PaymentOfferText] = "The offer isn't one, or isn't in its only spelling.",
        [DetailCodes.PaymentOtherRequest] = "The offer was made for another request.",
        [DetailCodes.PaymentOtherLevel] = "The offer was made for another level.",
        [DetailCodes.PaymentPrice] = "The price isn't what the offer allows.",
        [DetailCodes.PaymentPayload] = "What is said to be the payment isn't one.",
        [DetailCodes.PaymentOtherOffer] = "The payment is for another offer.",
        [DetailCodes.PaymentForged] = "The payer didn't sign this payment.",
        [DetailCodes.PaymentTime] = "The receipt wasn't issued while the payment was valid.",
        [DetailCodes.PaymentChainDiffers] = "The transaction that is said to have settled the payment didn't: the chain, as you were told of it, says otherwise.",
        [DetailCodes.PaymentNoSettlement] = "The node doesn't say that the payment was settled, as far as this copy of the receipt shows.",
        [DetailCodes.PaymentNothingCharged] = "Nothing was charged, so there is nothing to settle.",
        [DetailCodes.PaymentNoChain] = "Nothing is known here of the chain on which it was settled. Ask one with assay verify --chain NETWORK=ADDRESS.",
        [DetailCodes.PaymentNotFound] = "The chain, as you were told of it, hasn't the transaction that is said to have settled the payment, or not deep enough, or not in a form that shows it.",
        [DetailCodes.PolicyUnknown] = "The receipt was asked for under a policy that this verifier doesn't know.",
        [DetailCodes.ProofNone] = "The receipt, as you have it, comes without a proof.",
        [DetailCodes.ProofEarlierFailure] = "The proof wasn't looked at, since another check failed.",
        [DetailCodes.ProofOtherModel] = "The proof's key is another model's.",
        [DetailCodes.ProofOtherRoot] = "The proof's key commits to other weights than the model's, which are here.",
        [DetailCodes.ProofNotRegistered] = "Nobody says that the weights which the proof key commits to are the model's.",
        [DetailCodes.ProofRegistrarNotNamed] = "Somebody says that the weights which the proof key commits to are the model's, but your trust file names no such publisher.",
        [DetailCodes.ProofRegisteredByOperator] = "Only the operator says that the weights which the proof key commits to are the model's.",
        [DetailCodes.ProofRegistrationUseless] = "What is said about the proof key doesn't hold.",
        [DetailCodes.ProofSemanticsUnknown] = "Only exact integer programs can be proved.",
        [DetailCodes.ProofInputs] = "The inputs aren't what the proof's program takes.",
        [DetailCodes.ProofRuns] = "The proof is about another number of items.",
        [DetailCodes.ProofOutputs] = "The outputs aren't what the proof's program can give.",
        [DetailCodes.ProofSaturatedDiffers] = "For these inputs the program clamps another number of elements than the receipt states.",
    }.ToFrozenDictionary();

    public static CheckOutcome Outcome(CheckTable checks, string code)
    {
        string? detail = checks.Detail(code);
        return new CheckOutcome(code, checks[code], detail, checks.Subject(code), checks[code] == CheckResult.Pass ? Passes[code] : Why(checks, code));
    }

    /// <summary>Why a check isn't a pass. Codes of readers are given as they are: they say what is malformed where.</summary>
    public static string Detail(string code) =>
        Details.TryGetValue(code, out string? sentence) ? sentence
        : code.StartsWith("cose/", StringComparison.Ordinal) || code == Receipts.ReceiptErrors.HeadLayout ? $"The signature doesn't hold ({code})."
        : code.StartsWith("note/", StringComparison.Ordinal) || code.StartsWith("checkpoint/", StringComparison.Ordinal) ? $"The log's checkpoint doesn't hold ({code})."
        : code.StartsWith("zk/", StringComparison.Ordinal) ? $"The proof doesn't hold, or its key isn't one ({code})."
        : code.StartsWith("replay/", StringComparison.Ordinal) ? $"The model can't be run again here ({code})."
        : $"The bytes can't be read ({code}).";

    /// <summary>Why a check failed. Of bytes that aren't the ones, also what is another in them, where that is known.</summary>
    public static string Failure(CheckTable checks, string code)
    {
        string? within = code switch { CheckCodes.RequestWire => CheckCodes.RequestInputs, CheckCodes.ResponseWire => CheckCodes.ResponseOutputs, _ => null };
        string sentence = Why(checks, code);
        return within is not null && checks.Fails(within) ? $"{sentence} {Why(checks, within)}" : sentence;
    }

    private static string Why(CheckTable checks, string code) =>
        Detail(checks.Detail(code)!) + (checks.Subject(code) is { } subject ? $" It is {subject}." : "");

    /// <summary>Every detail code that has a sentence.</summary>
    internal static IEnumerable<string> KnownDetails => Details.Keys;
}
