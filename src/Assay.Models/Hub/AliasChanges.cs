using Assay.Models.Store;

namespace Assay.Models.Hub;

/// <summary>What one entry of a name's history changed, in words.</summary>
public static class AliasChanges
{
    /// <summary>The changes, at least one clause.</summary>
    /// <param name="before">The entry before it; null for the first.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="cardBefore">The card of the entry before, if it has one and it is there.</param>
    /// <param name="card">The card of the entry, likewise.</param>
    public static IReadOnlyList<string> Between(AliasEntry? before, AliasEntry entry, ModelCard? cardBefore, ModelCard? card)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (before is null)
        {
            return ["first entry"];
        }

        List<string> changes = [];
        if (before.ModelId != entry.ModelId)
        {
            changes.Add("another model");
        }
        else if (before.Statement != entry.Statement)
        {
            changes.Add("another statement about the same model");
        }

        Setting(changes, "minimum level", before.MinimumLevel, entry.MinimumLevel);
        Setting(changes, "use", before.DeclaredUse, entry.DeclaredUse);
        if (before.Card != entry.Card)
        {
            Cards(changes, before.Card, entry.Card, cardBefore, card);
        }

        return changes.Count == 0 ? ["nothing: registered again"] : changes;
    }

    private static void Cards(List<string> changes, string? digestBefore, string? digest, ModelCard? before, ModelCard? card)
    {
        if (digestBefore is null || digest is null)
        {
            changes.Add(digest is null ? "no card any more" : $"a card{(card?.Licence is { } licence ? $", licence {licence.Text}" : "")}");
            return;
        }

        if (before is null || card is null)
        {
            changes.Add("another card");
            return;
        }

        int known = changes.Count;
        Setting(changes, "licence", before.Licence?.Text, card.Licence?.Text);
        Setting(changes, "task", before.Task, card.Task);
        Part(changes, "licence text", before.LicenceText == card.LicenceText);
        Part(changes, "description", before.Description == card.Description);
        Part(changes, "warning", before.Warning == card.Warning);
        Part(changes, "classes", before.Classes.SequenceEqual(card.Classes));
        Part(changes, "tags", before.Tags.SequenceEqual(card.Tags));
        Part(changes, "authors", before.Authors.SequenceEqual(card.Authors));
        Part(changes, "sources", before.Sources.SequenceEqual(card.Sources));
        Part(changes, "homepage", before.Homepage == card.Homepage);
        if (changes.Count == known)
        {
            changes.Add("another card, with other details");
        }
    }

    private static void Setting(List<string> changes, string what, string? before, string? after)
    {
        if (before != after)
        {
            changes.Add($"{what} {before ?? "none"} -> {after ?? "none"}");
        }
    }

    private static void Part(List<string> changes, string what, bool same)
    {
        if (!same)
        {
            changes.Add($"{what} changed");
        }
    }
}
