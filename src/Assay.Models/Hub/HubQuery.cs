namespace Assay.Models.Hub;

/// <summary>What is searched for: everything that is given has to fit.</summary>
/// <param name="Words">Words; each is the beginning of a word of name, task, description, tags, authors or classes. At most 16 count.</param>
/// <param name="Task">Exactly this task; null: any.</param>
/// <param name="Licence">A licence that the card's expression names; null: any.</param>
/// <param name="Use">Exactly this declared use; null: any.</param>
/// <param name="Kind"><c>exact</c> or <c>float</c>; null: both.</param>
/// <param name="Also">What else has to hold, such as a level that can be met; null: nothing.</param>
public sealed record HubQuery(string Words, string? Task = null, string? Licence = null, string? Use = null, string? Kind = null, Func<HubEntry, bool>? Also = null);
