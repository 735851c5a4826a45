using Assay.Models.Registration;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Models.Store;

/// <summary>A model as the store holds it, checked.</summary>
/// <param name="Model">Program and weights; its id was recomputed from the files.</param>
/// <param name="Statement">The publisher's current statement.</param>
/// <param name="StatementBytes">Its bytes.</param>
/// <param name="StatementDigest">SHA-256 of its bytes: what receipts name.</param>
public sealed record StoredModel(ExactModel Model, ModelStatement Statement, ReadOnlyMemory<byte> StatementBytes, Digest32 StatementDigest);
