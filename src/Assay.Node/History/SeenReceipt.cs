using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>What a durable receipt says of an application.</summary>
/// <param name="Key">The API key's name.</param>
/// <param name="Application">The application's name.</param>
/// <param name="Number">The number of its configuration.</param>
/// <param name="Configuration">That configuration.</param>
/// <param name="Asked">What of it the caller decided.</param>
/// <param name="Receipt">The receipt's id.</param>
/// <param name="IssuedAt">Unix milliseconds.</param>
internal sealed record SeenReceipt(string Key, string Application, int Number, Digest32 Configuration, Digest32 Asked, ReceiptId Receipt, long IssuedAt);
