using Assay.Primitives;

namespace Assay.Models.Store;

/// <summary>What proofs about models are checked with.</summary>
public sealed partial class ModelStore
{
    /// <summary>Keeps the key that proofs about a model are checked with; a new one replaces the old. What stands in it is the caller's question.</summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<StoredModel> AddProofKey(ModelId id, ReadOnlyMemory<byte> key)
    {
        StoreResult<StoredModel> loaded = Load(id);
        return !loaded.Found ? loaded : Paper(id, () =>
        {
            _papers.KeepProofKey(id, key.Span, AfterStep);
            return loaded;
        });
    }

    /// <summary>The bytes of a model's proof key; null if none was set up.</summary>
    public byte[]? ProofKeyOf(ModelId id) => _papers.ProofKey(id);

    /// <summary>Keeps somebody's signed registration of a model's proof key. Its signature is the caller's question.</summary>
    /// <param name="id">The model.</param>
    /// <param name="registration">The signed message.</param>
    /// <param name="replaces">Which of those kept before say the same; they go. Null: none.</param>
    /// <exception cref="IOException">The disk is full, or another process keeps the store locked.</exception>
    public StoreResult<StoredModel> AddRegistration(ModelId id, ReadOnlyMemory<byte> registration, Func<ReadOnlyMemory<byte>, bool>? replaces = null)
    {
        StoreResult<StoredModel> loaded = Load(id);
        if (!loaded.Found)
        {
            return loaded;
        }

        if (registration.Length > ModelPapers.MaxRegistrationBytes)
        {
            return new(null, StoreErrors.TooMany, "a registration is at most 1,024 bytes long");
        }

        Digest32 digest = Digest32.Sha256(registration.Span);
        return Paper(id, () =>
        {
            List<byte[]> before = _papers.Registrations(id);
            byte[][] replaced = [.. before.Where(kept => Digest32.Sha256(kept) != digest && replaces?.Invoke(kept) == true)];
            if (before.Count - replaced.Length >= ModelPapers.MaxRegistrations && _papers.Read(id, ModelPapers.Registration(digest), digest, ModelPapers.MaxRegistrationBytes) is null)
            {
                return new StoreResult<StoredModel>(null, StoreErrors.TooMany, $"model {id} has {ModelPapers.MaxRegistrations} registrations already");
            }

            _papers.Keep(id, ModelPapers.Registration(digest), digest, registration.Span, AfterStep);

            // Only now: a crash leaves one too many, never none.
            foreach (byte[] old in replaced)
            {
                _papers.Remove(id, ModelPapers.Registration(Digest32.Sha256(old)));
            }

            return loaded;
        });
    }

    /// <summary>Signed registrations of a model's proof key, in order of their digests.</summary>
    public IReadOnlyList<byte[]> RegistrationsOf(ModelId id) => _papers.Registrations(id);
}
