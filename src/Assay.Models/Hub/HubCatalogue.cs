using Assay.Models.Store;
using Assay.Primitives;

namespace Assay.Models.Hub;

/// <summary>What a store's names, cards and histories say, for lists, searches and histories. Models aren't loaded for it.</summary>
public static class HubCatalogue
{
    /// <summary>A name as lists show it.</summary>
    public static StoreResult<HubEntry> Entry(ModelStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        StoreResult<AliasEntry> alias = store.Resolve(name);
        return !alias.Found ? new(null, alias.Error, alias.Message)
            : ModelId.TryParse(alias.Value.ModelId, out ModelId id) ? new(new HubEntry(name, id, store.IsFloat(id) ? HubEntry.Float : HubEntry.Exact, store.CardOf(alias.Value), alias.Value.DeclaredUse, alias.Value.MinimumLevel), null, null)
            : new(null, StoreErrors.AliasHistory, $"alias '{name}' names no model id");
    }

    /// <summary>The index of all names that can be read; the others are what is wrong with the store, not with a search.</summary>
    /// <param name="store">The store.</param>
    /// <param name="unreadable">Names whose history is damaged, with the code.</param>
    public static HubIndex Index(ModelStore store, out IReadOnlyList<(string Name, string Code)> unreadable)
    {
        ArgumentNullException.ThrowIfNull(store);
        List<HubEntry> entries = [];
        List<(string, string)> bad = [];
        foreach (string name in store.Aliases())
        {
            StoreResult<HubEntry> entry = Entry(store, name);
            if (entry.Found)
            {
                entries.Add(entry.Value);
            }
            else
            {
                bad.Add((name, entry.Error));
            }
        }

        unreadable = bad;
        return new HubIndex(entries);
    }

    /// <summary>A name's history with what each entry changed, oldest first.</summary>
    public static StoreResult<IReadOnlyList<AliasEvent>> History(ModelStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        StoreResult<IReadOnlyList<AliasEntry>> history = store.History(name);
        if (!history.Found)
        {
            return new(null, history.Error, history.Message);
        }

        List<AliasEvent> events = [];
        AliasEntry? before = null;
        ModelCard? cardBefore = null;
        foreach (AliasEntry entry in history.Value)
        {
            ModelCard? card = entry.Card is { } digest && digest == before?.Card && entry.ModelId == before.ModelId ? cardBefore : store.CardOf(entry);
            events.Add(new AliasEvent(entry, AliasChanges.Between(before, entry, cardBefore, card)));
            (before, cardBefore) = (entry, card);
        }

        return new(events, null, null);
    }
}
