using System.Text;

namespace Assay.Models.Hub;

/// <summary>Finds models by words and properties: an index in memory, made once and never changed. Safe for concurrent use.</summary>
public sealed class HubIndex
{
    /// <summary>Most entries of a page.</summary>
    public const int MaxPage = 1000;

    /// <summary>Most characters of a model that are indexed; those of the classes come last, so they are what is cut.</summary>
    public const int MaxIndexed = 16 << 10;

    private const int MaxWords = 16;
    private readonly (HubEntry Entry, string Words)[] _entries;

    /// <summary>Makes the index.</summary>
    public HubIndex(IEnumerable<HubEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _entries = [.. entries.OrderBy(static entry => entry.Name, StringComparer.Ordinal).Select(static entry => (entry, Indexed(entry)))];
    }

    /// <summary>All models, by name.</summary>
    public IEnumerable<HubEntry> Entries => _entries.Select(static item => item.Entry);

    /// <summary>Finds models.</summary>
    /// <param name="query">What has to fit.</param>
    /// <param name="after">Only names after this one; null: from the beginning.</param>
    /// <param name="limit">Most entries, 1 to <see cref="MaxPage"/>.</param>
    public HubPage Find(HubQuery query, string? after = null, int limit = MaxPage)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPage);
        string[] words = [.. Normal(query.Words, MaxIndexed).Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MaxWords).Select(static word => " " + word)];
        List<HubEntry> found = [];
        foreach ((HubEntry entry, string indexed) in _entries)
        {
            if ((after is not null && string.CompareOrdinal(entry.Name, after) <= 0) || !Fits(query, words, entry, indexed))
            {
                continue;
            }

            if (found.Count == limit)
            {
                return new HubPage(found, found[^1].Name);
            }

            found.Add(entry);
        }

        return new HubPage(found, null);
    }

    private static bool Fits(HubQuery query, string[] words, HubEntry entry, string indexed)
    {
        foreach (string word in words)
        {
            if (!indexed.Contains(word, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return (query.Kind is null || entry.Kind == query.Kind)
            && (query.Task is null || entry.Card?.Task == query.Task)
            && (query.Use is null || entry.DeclaredUse == query.Use)
            && (query.Licence is null || (entry.Card?.Licence?.Licences.Contains(query.Licence, StringComparer.OrdinalIgnoreCase) ?? false))
            && (query.Also is null || query.Also(entry));
    }

    private static string Indexed(HubEntry entry)
    {
        StringBuilder text = new(entry.Name);
        if (entry.Card is { } card)
        {
            foreach (string part in (IEnumerable<string>)[card.Name ?? "", card.Task ?? "", .. card.Tags, card.Description, .. card.Authors, .. card.Classes])
            {
                if (text.Length >= MaxIndexed)
                {
                    break;
                }

                text.Append(' ').Append(part);
            }
        }

        return Normal(text.ToString(), MaxIndexed);
    }

    // Letters and digits of any script in lower case; everything else is a blank, one at the start too.
    private static string Normal(string text, int most)
    {
        int length = Math.Min(text.Length, most);
        return string.Create(length + 1, text, static (span, source) =>
        {
            span[0] = ' ';
            for (int i = 1; i < span.Length; i++)
            {
                char c = source[i - 1];
                span[i] = char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ';
            }
        });
    }
}
