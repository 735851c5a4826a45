namespace Assay.Node.History;

/// <summary>An application, in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsClosed">Whether only registered prompts and tools are taken.</param>
/// <param name="Configurations">How many it has had.</param>
/// <param name="Receipts">How many receipts.</param>
/// <param name="Last">When the last one was issued, Unix milliseconds; null: none was.</param>
internal sealed record ApplicationSummary(string Name, bool IsClosed, long Configurations, long Receipts, long? Last);
