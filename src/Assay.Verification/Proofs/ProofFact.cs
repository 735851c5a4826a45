using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>The proof that goes with a receipt.</summary>
/// <param name="Key">The proof key's digest; null if it can't be read.</param>
/// <param name="Batch">Runs in the proof.</param>
/// <param name="Runs">Which of them are the receipt's items.</param>
/// <param name="Bytes">Bytes of the proof.</param>
/// <param name="Bits">Bits of its security budget; null unless it holds for the receipt's inputs and outputs.</param>
/// <param name="ByWeights">Whether the key's root was computed from the model's weights here.</param>
/// <param name="Registrations">Who says that the key is the model's, and what that is worth; in the bundle's order.</param>
public sealed record ProofFact(Digest32? Key, int Batch, ImmutableArray<int> Runs, int Bytes, int? Bits, bool ByWeights, IReadOnlyList<RegistrationFact> Registrations)
{
    /// <summary>Who ties the key to the model, of those that count.</summary>
    internal string Registrars => string.Join(", ", Registrations.Where(static r => r.Status == RegistrationStatus.Counts).Select(static r => r.Shown).Distinct());
}
