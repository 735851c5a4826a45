using System.Globalization;

namespace Assay.Verification;

/// <summary>Assumptions and what isn't covered, in words.</summary>
internal static class RemarkWords
{
    public static Remark KeyHeldByNode { get; } = new("key/held-by-node", "The node alone holds its private keys.");

    public static Remark LogSameForAll { get; } = new("log/same-for-all", "The log shows everyone the same entries.");

    public static Remark WitnessesHonest { get; } = new("witness/quorum-honest", "No quorum of your witnesses acts together with the operator.");

    public static Remark ReplayThisMachine { get; } = new("replay/this-machine", "This machine and the program stored on it are sound.");

    public static Remark FirstUse { get; } = new(
        DetailCodes.FirstUse, "The keys are taken from the receipt itself, as on a first contact: compare the fingerprint with the node's published one.");

    public static Remark Revocation { get; } = new("keyset/revocation", "Whether the node has withdrawn its keys since.");

    public static Remark TimeAsserted { get; } = new("time/asserted", "When it happened: all times are by the node's own clock.");

    public static Remark RequestChanged { get; } = new("request/changed", "Changes that the node says it made to the request before it ran the model; they are listed in the receipt.");

    public static Remark ModelFidelity { get; } = new("model/fidelity", "Whether the model answers as its float original does: it is further from it than the rule for registration allows, which its publisher accepted.");

    public static Remark ModelNotCompared { get; } = new("model/not-compared", "Whether the model is the one that you called: its name was not compared.");

    public static Remark RequestNotCompared { get; } = new("request/not-compared", "Whether this receipt is for your request: your own copy of its bytes was not compared.");

    public static Remark ResponseNotCompared { get; } = new("response/not-compared", "Whether this receipt is for the answer that you have: your own copy of its bytes was not compared.");

    public static Remark NoWitness { get; } = new("log/no-witness", "Whether the operator shows everyone the same log: no independent witness signed it.");

    public static Remark ReplayNotDone { get; } = new("replay/not-done", "Whether the model really gives this answer: it was not run again.");

    public static Remark LowerThanAsked { get; } = new("policy/lower-than-asked", "Part of the level that was asked for with the request: less was required here.");

    public static Remark OperatorRead { get; } = new("operator/read", "Secrecy: the operator saw the inputs and the outputs.");

    public static Remark AnswerTruth { get; } = new("answer/truth", "Whether the answer is true or fair: a receipt is about what was computed, not about the model's quality.");

    public static Remark ChatUpstream { get; } = new("chat/upstream", "What the upstream did: which model ran there, on what, and what else it was told is its word, as the node heard it.");

    public static Remark ChatReplay { get; } = new("chat/replay", "Whether it comes out the same elsewhere: another build or another kind of machine may choose other words for the same request.");

    public static Remark PeersHonest { get; } = new("replay/peers-honest", "The peers that say so ran it themselves, and don't act together with the operator.");

    public static Remark ProofLeftOut { get; } = new("proof/left-out", "What the proof that goes with it shows: it doesn't hold, or nobody that you name says that its key is the model's.");

    public static Remark TeeLeftOut { get; } = new("tee/left-out", "What is said in the name of attested hardware: it doesn't hold, or no policy of yours accepts it, and was left out of account.");

    public static Remark TeeSimulated { get; } = new("tee/simulated", "Any protection by hardware: it was simulated. Whoever runs the simulator can read and change everything.");

    public static Remark TeeOperatorHeld { get; } = new("tee/operator-held", "Whether the operator attacked its own machine: it holds the hardware, and attacks by whoever stands beside it are published.");

    public static Remark TeeTimeAsserted { get; } = new("tee/time-asserted", "When the hardware vouched for it: no witness saw the receipt soon after, so whoever took the keys out of the hardware later could have made all of it.");

    public static Remark TeeCollateralOld { get; } = new("tee/collateral-old", "What the vendor has said about the platform since: its statements here were to be replaced before now. Newer ones: assay verify --collateral FILE.");

    public static Remark PaymentNotBound { get; } = new("payment/not-bound", "What the payer signed for: its signature covers amount, token, payee and time, and neither this request nor its level. That it was meant for them is the node's word.");

    public static Remark PaymentNotSettled { get; } = new("payment/not-settled", "Whether the payment was settled: nothing here shows that money moved.");

    public static Remark RpcHonest { get; } = new("chain/rpc-honest", "What you were told of the chain is so: whoever told you could have made it up.");

    public static Remark ProofHidesNothing { get; } = new("proof/hides-nothing", "Secrecy from whoever has the proof: it shows that nothing was changed, and hides nothing. Treat the inputs, and the model's weights, as known to whoever holds proofs.");

    public static Remark ProofThisMachine { get; } = new("proof/this-machine", "This machine and the weights stored on it are sound.");

    public static Remark ProofArgument(int bits) => new("proof/argument", string.Create(CultureInfo.InvariantCulture, $"The proof system holds: a false proof is found with a chance of 2^-{bits} for each try, and BLAKE3 has no weakness that helps."));

    public static Remark RegistrarHonest(string names) => new("proof/registrar-honest", $"What {names} signed is so: that the weights which the proof key commits to are the model's.");

    public static Remark EndorsementNotNamed(string names) => new("endorsement/not-named", $"What {names} says: neither your trust file nor a policy that you give names it, so it was left out of account.");

    public static Remark EndorsementLeftOut(string names) => new("endorsement/left-out", $"What is said in the name of {names}: it doesn't hold, or this version can't appraise it, and was left out of account.");

    public static Remark EndorsementNotLogged(string names) => new("endorsement/not-logged", $"Whether the operator would show everyone what {names} says: this copy of the receipt has no proof that it is logged.");

    public static Remark Cosignature(string names) => new(DetailCodes.LogCosignature, $"Who wrote the line in the name of {names}: it doesn't hold, and was left out of account.");

    public static Remark CosignedEarly(string names) => new(DetailCodes.LogCosignedEarly, $"Whose clock is wrong: {names} cosigned before the receipt says that it was issued, which was left out of account.");

    public static Remark Redacted(int count) => new(
        DetailCodes.Redacted,
        count == 1
            ? "One field, which whoever gave you this receipt left out."
            : string.Create(CultureInfo.InvariantCulture, $"{count} fields, which whoever gave you this receipt left out."));
}
