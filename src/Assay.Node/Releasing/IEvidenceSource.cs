using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>Brings evidence about an answer before it is released: a prover, an attested enclave, a peer that runs the model again.</summary>
internal interface IEvidenceSource
{
    /// <summary>What it can bring for this model's answers. The planner promises nothing else.</summary>
    PolicyCapabilities CapabilitiesFor(AnswerSource answered);

    /// <summary>Brings what it has until it is cancelled, and then what came until then, at once. Failures are facts that are missing, not exceptions.</summary>
    Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation);
}
