using System.Globalization;
using Assay.Chat;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The answers to the six questions, in words that name what is known, by what, and what isn't.</summary>
internal static class QuestionWords
{
    /// <param name="hardware">The endorsement by attested hardware that says it; null if none does.</param>
    public static string OperatorRead(EndorsementFact? hardware) => hardware is null
        ? "Assume so: at this level the operator sees inputs and outputs."
        : $"Not outside of the hardware: request and answer were encrypted to and by {TeeWords.Ran(hardware)}.";

    private static string CheckYourself(Evidence evidence) => evidence.Bundle?.Claims switch
    {
        { } claims when claims.Text(ClaimRegistry.ExecutionSemantics) == WellKnown.Opaque => "An upstream computed it, and nothing here can check that.",
        { } claims when !ReplayChecks.MayBeRunAgain(claims) => "Running it again can't check it: it wasn't an exact program that ran.",
        _ => "To check it yourself: assay verify --replay",
    };

    private static UpstreamWord? Upstream(Evidence evidence) => evidence.Bundle?.Claims.Text(ClaimRegistry.PartiesGateway) is { } text ? UpstreamWord.TryRead(text) : null;

    // Which of a node's models it is there doesn't say what ran.
    private static string ByUpstream(UpstreamWord word) => word.Model is { } model
        ? $"An upstream answered, {Shown.Name(word.Origin)}, and says that {Shown.Name(model)} ran there: that is its word, and nobody here knows more."
        : $"An upstream answered, {Shown.Name(word.Origin)}, and didn't say what ran there.";

    // A node may ask for a model by another name there.
    private static string CalledThere(Evidence evidence) =>
        UpstreamChecks.Sent(evidence.Bundle!.Claims) is { } sent && sent != evidence.ModelName ? $" and was asked for as {Shown.Name(sent)} there" : "";

    /// <summary>Why nothing that the receipt says counts.</summary>
    internal static string NothingRelied(Evidence evidence) => (evidence.IsRequestUncompared || evidence.IsAnswerUncompared) && !evidence.Checks.Failed.Any()
        ? "Unknown: nothing shows that this receipt is for the bytes that you gave."
        : "Unknown: what the receipt says can't be relied on here.";

    public static string Model(Evidence evidence, QuestionStatus status, bool signed)
    {
        string model = ModelText(evidence);
        return status switch
        {
            QuestionStatus.Established when QuestionRules.Proved(evidence.Checks) => $"{model}: proved for the weights that proof key {ProofKey(evidence)} commits to; {Tied(evidence)}{AlsoReplayed(evidence)}{AlsoAttested(evidence)}",
            QuestionStatus.Established when evidence.Checks.Passes(CheckCodes.ReplayOutput) => $"{model}: run again here, it gives the same answer, byte for byte.{AlsoPeers(evidence)}{AlsoAttested(evidence)}",
            QuestionStatus.Established when !QuestionRules.Replayed(evidence.Checks) => $"{model}: run by {TeeWords.Ran(evidence.Hardware!)}.",
            QuestionStatus.Established => $"{model}: run again by {Peers(evidence)}, it gives the same answer, byte for byte.{AlsoAttested(evidence)}",
            QuestionStatus.Pending or QuestionStatus.Expired => $"The operator says {model}. {Awaited(evidence, status, Question.Model)}",
            QuestionStatus.Asserted => $"The operator says {model}; nobody independent checked. {ProofToo(evidence)}{TeeWords.NotCounted(evidence)}{CheckYourself(evidence)}",
            QuestionStatus.Refuted when evidence.Checks.Fails(CheckCodes.RequestModel) => $"Not the one that you called: the receipt names {model}.",
            QuestionStatus.Refuted when evidence.Checks.Fails(CheckCodes.UpstreamModel) => $"Not the one that was asked for, which is {model}{CalledThere(evidence)}. {ByUpstream(Upstream(evidence)!)}",
            QuestionStatus.Refuted when evidence.Replay is ReplayResult.OtherModel other =>
                $"Not the one you know: the receipt names {model}, and here that name stands for {Short(other.Known.ToString())}.",
            QuestionStatus.Refuted when evidence.Checks.Passes(CheckCodes.ReplayOutput) => $"In dispute: {model} gives this answer here, but {Refuters(evidence)} got another. One of the two is wrong.",
            QuestionStatus.Refuted => $"Not as stated: {model} doesn't give this answer for these inputs.",
            _ when signed && Upstream(evidence) is { } word => ByUpstream(word),
            _ => signed ? "The receipt, as you have it, doesn't show which model ran." : NothingRelied(evidence),
        };
    }

    public static string Altered(Evidence evidence, QuestionStatus status, string[] alteredIfFailed, string[] unknownIfFailed) => status switch
    {
        QuestionStatus.Established => $"No: this is what {evidence.Bundle!.KeySet.Origin} signed. {Compared(evidence)}",
        QuestionStatus.Refuted => "Yes, or parts of different origin were put together. " + FirstFailure(evidence, alteredIfFailed),
        _ when unknownIfFailed.Any(evidence.Checks.Fails) => "Unknown. " + FirstFailure(evidence, unknownIfFailed),
        _ => "Unknown." + NotComparable(evidence),
    };

    public static string ComputedRight(Evidence evidence, QuestionStatus status) => status switch
    {
        QuestionStatus.Established when QuestionRules.Proved(evidence.Checks) => $"Yes: proved for the weights that proof key {ProofKey(evidence)} commits to; {Tied(evidence)}{AlsoReplayed(evidence)}{AlsoAttested(evidence)}",
        QuestionStatus.Established when evidence.Checks.Passes(CheckCodes.ReplayOutput) => "Yes: run again here, the same program gives the same answer, byte for byte." + AlsoPeers(evidence) + AlsoAttested(evidence),
        QuestionStatus.Established when !QuestionRules.Replayed(evidence.Checks) => $"Yes, says {TeeWords.Ran(evidence.Hardware!)}.",
        QuestionStatus.Established => $"Yes: {Peers(evidence)} ran the same program again and got the same answer, byte for byte.{AlsoAttested(evidence)}",
        QuestionStatus.Pending or QuestionStatus.Expired => $"The operator says so. {Awaited(evidence, status, Question.ComputedRight)}",
        QuestionStatus.Asserted when evidence.Checks.Detail(CheckCodes.ReplayOutput) is { } detail && detail != DetailCodes.ReplayNotAsked =>
            $"The operator says so; nobody independent checked. A replay wasn't possible: {CheckWords.Detail(detail)}",
        QuestionStatus.Asserted => $"The operator says so; nobody independent checked. {ProofToo(evidence)}{TeeWords.NotCounted(evidence)}{CheckYourself(evidence)}",
        QuestionStatus.Refuted when evidence.Checks.Fails(CheckCodes.ReplayOutput) => "No. " + CheckWords.Detail(evidence.Checks.Detail(CheckCodes.ReplayOutput)!),
        QuestionStatus.Refuted when evidence.Checks.Passes(CheckCodes.ReplayOutput) => $"In dispute: run again here it gives the node's answer, but {Refuters(evidence)} got another. One of the two is wrong.",
        QuestionStatus.Refuted => $"No, says {Refuters(evidence)}: run again, the program gives another answer. {CheckYourself(evidence)}",
        _ => NothingRelied(evidence),
    };

    public static string Logged(Evidence evidence, QuestionStatus status, string[] notLoggedIfFailed) => status switch
    {
        QuestionStatus.Established => string.Create(
            CultureInfo.InvariantCulture,
            $"Yes: entry {evidence.Bundle!.LogProof!.Index} of the log {evidence.Bundle.KeySet.Origin}, which had {evidence.LogSize} entries then. The operator can't take it back unnoticed.{Witnessed(evidence)}"),
        QuestionStatus.Pending => "Not yet: the node hasn't published it in a checkpoint. Fetch the receipt again in a few seconds.",
        QuestionStatus.Refuted => "No. " + FirstFailure(evidence, notLoggedIfFailed),
        _ => evidence.Checks.Fails(CheckCodes.LogTrusted) ? "Unknown. " + CheckWords.Detail(evidence.Checks.Detail(CheckCodes.LogTrusted)!)
            : evidence.Checks.Fails(CheckCodes.LogWitnessed) ? "Unknown. " + CheckWords.Detail(evidence.Checks.Detail(CheckCodes.LogWitnessed)!)
            : NothingRelied(evidence),
    };

    private static string ProofKey(Evidence evidence) => Short(evidence.Proof!.Key!.Value.ToString());

    private static string Tied(Evidence evidence) => evidence.Proof!.ByWeights
        ? "computed again here, these are the model's."
        : $"{evidence.Proof.Registrars} says that these are the model's.";

    private static string AlsoReplayed(Evidence evidence) => evidence.Checks.Passes(CheckCodes.ReplayOutput)
        ? $" Run again here, it gives the same answer, byte for byte.{AlsoPeers(evidence)}"
        : AlsoPeers(evidence);

    // What is missing, and what to do about it.
    private static string ProofToo(Evidence evidence) => evidence switch
    {
        { Proof: null } => "",
        _ when !evidence.Checks.Passes(CheckCodes.ProofOutput) => $"There is a proof, but it shows nothing here: {CheckWords.Detail(evidence.Checks.Detail(CheckCodes.ProofOutput)!)} ",
        _ => $"A proof holds for the weights that its key {ProofKey(evidence)} commits to, but: {CheckWords.Detail(evidence.Checks.Detail(CheckCodes.ProofModel)!)} To believe who says so: assay trust add publisher NAME THUMBPRINT. With the model's weights: assay verify --weights FOLDER. ",
    };

    private static string Peers(Evidence evidence) => evidence.Named(static fact => fact.Establishes);

    private static string Refuters(Evidence evidence) => evidence.Named(static fact => fact.Refutes);

    private static string AlsoPeers(Evidence evidence) => evidence.Checks.Passes(CheckCodes.ReplayPeers) ? $" So it does by {Peers(evidence)}." : "";

    private static string AlsoAttested(Evidence evidence) => QuestionRules.Attested(evidence.Checks) ? $" So says {TeeWords.Ran(evidence.Hardware!)}." : "";

    private static string Awaited(Evidence evidence, QuestionStatus status, Question question) =>
        status == QuestionStatus.Pending
            ? string.Create(CultureInfo.InvariantCulture, $"Evidence was promised until {evidence.Expectation.Deadline(question)!.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. To see whether it has come: assay verify --refresh")
        : evidence.Has(static fact => fact.Status == EndorsementStatus.GaveUp) ? $"It asked for evidence, and says itself that none came in time. {CheckYourself(evidence)}"
        : string.Create(CultureInfo.InvariantCulture, $"Evidence was promised until {evidence.Expectation.Deadline(question)!.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, and isn't here. To see whether it has come: assay verify --refresh");

    private static string Witnessed(Evidence evidence) => evidence.Witnesses?.AcceptedAt is { } at
        ? string.Create(CultureInfo.InvariantCulture, $" Your witnesses saw it there by {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.")
        : "";

    private static string ModelText(Evidence evidence)
    {
        string? id = evidence.ModelId is { } modelId ? Short(modelId.ToString()) : null;
        return (evidence.ModelName, id) switch
        {
            ({ } name, { } known) => $"{Shown.Name(name)} (model {known})",
            (null, { } known) => $"model {known}",
            ({ } name, null) => Shown.Name(name),
            _ => "a model",
        };
    }

    // Enough of a digest to recognise it; the whole one stands elsewhere in the verdict.
    private static string Short(string hex) => hex[..16];

    private static string Compared(Evidence evidence) =>
        (evidence.Checks.Passes(CheckCodes.RequestWire), evidence.Checks.Passes(CheckCodes.ResponseWire)) switch
        {
            (true, true) => "Request and answer are the ones it names.",
            (true, false) => "The request is the one it names; the answer's bytes were not compared.",
            (false, true) => "The answer is the one it names; the request's bytes were not compared.",
            _ => "The bytes of request and answer were not compared.",
        } + OwnCopies(evidence);

    // A file beside the receipt may say anything else.
    private static string OwnCopies(Evidence evidence)
    {
        string[] own =
        [
            .. evidence.Checks.Passes(CheckCodes.RequestWire) && !evidence.HasRequest ? ["request"] : Array.Empty<string>(),
            .. evidence.Checks.Passes(CheckCodes.ResponseWire) && !evidence.HasAnswer ? ["answer"] : Array.Empty<string>(),
        ];
        return own.Length == 0 ? "" : $" What was compared is the receipt's own copy of the {string.Join(" and ", own)}, not yours.";
    }

    // What is missing, and what to do about it.
    private static string NotComparable(Evidence evidence)
    {
        (string What, string Wire, string Digest)[] given =
        [
            .. evidence.IsRequestUncompared ? [("request", CheckCodes.RequestWire, ClaimRegistry.RequestWireDigest.Name)] : Array.Empty<(string, string, string)>(),
            .. evidence.IsAnswerUncompared ? [("answer", CheckCodes.ResponseWire, ClaimRegistry.OutputWireDigest.Name)] : Array.Empty<(string, string, string)>(),
        ];
        ILookup<bool, (string What, string Wire, string Digest)> leftOut = given.ToLookup(item => evidence.Checks.Detail(item.Wire) == DetailCodes.Redacted);
        string Whats(bool isLeftOut) => string.Join(" and the ", leftOut[isLeftOut].Select(static item => item.What));
        return (leftOut.Contains(true) ? $" This copy of the receipt leaves out what the {Whats(true)} that you gave would be compared with: ask for one that shows {string.Join(" and ", leftOut[true].Select(static item => item.Digest))}." : "")
            + (leftOut.Contains(false) ? $" The node signed no digest of the {Whats(false)}, and nothing else in this copy can be compared with what you gave." : "");
    }

    private static string FirstFailure(Evidence evidence, string[] codes)
    {
        foreach (string code in codes)
        {
            if (evidence.Checks.Fails(code))
            {
                return CheckWords.Failure(evidence.Checks, code);
            }
        }

        return "";
    }
}
