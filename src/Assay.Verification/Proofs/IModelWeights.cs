using Assay.Primitives;
using Assay.Proofs.Keys;

namespace Assay.Verification;

/// <summary>Somebody's copies of models' weights, by which a proof key's root can be computed again. The verifier is pure; this is given to it.</summary>
public interface IModelWeights
{
    /// <summary>The root that the model's weights give under the key's program and tiles (spec/proof-system.md, section 6.2); null if the weights aren't here.</summary>
    /// <param name="model">The model, which is the key's.</param>
    /// <param name="key">The key.</param>
    Digest32? RootOf(in ModelId model, ProofKey key);
}
