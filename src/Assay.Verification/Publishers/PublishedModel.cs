using Assay.Primitives;

namespace Assay.Verification;

/// <summary>A model as somebody has it before them: what a publisher's statement is held against.</summary>
/// <param name="Id">Recomputed from the files.</param>
/// <param name="Statement">SHA-256 of its statement.</param>
/// <param name="Card">SHA-256 of its card; null if it is looked at without one.</param>
/// <param name="Source">SHA-256 of its source file.</param>
public sealed record PublishedModel(ModelId Id, Digest32 Statement, Digest32? Card, Digest32 Source);
