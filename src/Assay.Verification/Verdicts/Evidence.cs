using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What the rules of questions and of what isn't covered look at.</summary>
/// <param name="Bundle">The bundle; null if it can't be read.</param>
/// <param name="Checks">The checks, all made.</param>
/// <param name="FirstUse">Whether the bundle's own keys are taken as the node's.</param>
/// <param name="Replay">What the replayer found; null if it wasn't asked.</param>
/// <param name="LogSize">Size of the log in the checkpoint, if there is one that can be read.</param>
/// <param name="Witnesses">What was found of witnesses, if they were looked for.</param>
/// <param name="Endorsements">What each endorsement is worth.</param>
/// <param name="Expectation">What the statement's policy let expect, and until when.</param>
/// <param name="Proof">The proof that goes with it, if there is one.</param>
/// <param name="Payment">The payment that it shows, if it shows one.</param>
internal sealed record Evidence(
    Bundle? Bundle,
    CheckTable Checks,
    bool FirstUse,
    ReplayResult? Replay,
    ulong? LogSize,
    WitnessReport? Witnesses,
    IReadOnlyList<EndorsementFact> Endorsements,
    Expectation Expectation,
    ProofFact? Proof,
    PaymentFact? Payment)
{
    /// <summary>What is known of a bundle that can't be read.</summary>
    public static Evidence None(CheckTable checks) => new(null, checks, false, null, null, null, [], new Expectation(null, default, default), null, null);

    /// <summary>
    /// The endorsement by attested hardware that is worth most: one that counts before one that doesn't, then by grade, then one that
    /// covers the operator's reading. Null if no evidence was appraised.
    /// </summary>
    public EndorsementFact? Hardware { get; } = Endorsements
        .Where(static fact => fact.Appraisal is not null)
        .OrderByDescending(static fact => fact.Attests)
        .ThenByDescending(static fact => fact.Appraisal!.Grade)
        .ThenByDescending(static fact => fact.Questions.Contains(Question.OperatorRead))
        .FirstOrDefault();

    /// <summary>The same of those that count and cover the operator's reading.</summary>
    public EndorsementFact? Confidential { get; } = Endorsements
        .Where(static fact => fact.Attests && fact.Questions.Contains(Question.OperatorRead))
        .MaxBy(static fact => fact.Appraisal!.Grade);

    /// <summary>Whether the caller gave a request's bytes.</summary>
    public bool HasRequest { get; init; }

    /// <summary>Whether the caller gave an answer's bytes.</summary>
    public bool HasAnswer { get; init; }

    /// <summary>Whether the caller gave a request, and nothing says that it is the one.</summary>
    public bool IsRequestUncompared => HasRequest && !Checks.Passes(CheckCodes.RequestWire) && !Checks.Passes(CheckCodes.RequestInputs);

    /// <summary>The same of an answer.</summary>
    public bool IsAnswerUncompared => HasAnswer && !Checks.Passes(CheckCodes.ResponseWire) && !Checks.Passes(CheckCodes.ResponseOutputs);

    public ModelId? ModelId => Bundle?.Claims.Digest(ClaimRegistry.ModelModelId) is { } digest ? new ModelId(digest) : null;

    /// <summary>Whether a witness has this status.</summary>
    public bool Has(WitnessStatus status) => Witnesses is not null && Witnesses.Witnesses.Any(w => w.Status == status);

    /// <summary>The names of the witnesses that have this status.</summary>
    public string Named(WitnessStatus status) => string.Join(", ", (Witnesses?.Witnesses ?? []).Where(w => w.Status == status).Select(static w => Shown.Name(w.Name)));

    /// <summary>Whether an endorsement is so.</summary>
    public bool Has(Func<EndorsementFact, bool> condition) => Endorsements.Any(condition);

    /// <summary>Who issued the endorsements that are so.</summary>
    public string Named(Func<EndorsementFact, bool> condition) => string.Join(", ", Endorsements.Where(condition).Select(static fact => fact.Shown).Distinct());

    public string? ModelName => Bundle?.Claims.Text(ClaimRegistry.ModelName);
}
