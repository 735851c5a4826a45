using System.Collections.Frozen;
using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Models.Hub;

/// <summary>A licence as SPDX writes it: <c>MIT</c>, <c>Apache-2.0 OR MIT</c>, <c>LicenseRef-acme</c> (SPDX 2.3, annex D).</summary>
/// <param name="Text">The expression.</param>
/// <param name="Licences">The licences that it names, in order.</param>
public sealed record SpdxExpression(string Text, ImmutableArray<string> Licences)
{
    /// <summary>Most characters.</summary>
    public const int MaxLength = 256;

    private const string OwnPrefix = "LicenseRef-";
    private const int MaxDepth = 16;

    private static readonly Lazy<FrozenSet<string>> Known = new(ReadKnown);

    /// <summary>Whether it names a licence that isn't on SPDX's list, so that its text has to be there.</summary>
    public bool NeedsText => Licences.Any(static licence => licence.StartsWith(OwnPrefix, StringComparison.Ordinal));

    /// <summary>Reads an expression; null with what is wrong in words. Never throws.</summary>
    public static SpdxExpression? TryParse(string text, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        problem = "";
        if (text.Length is 0 or > MaxLength)
        {
            problem = $"a licence has 1 to {MaxLength} characters";
            return null;
        }

        Parser parser = new([.. text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        parser.Or(0);
        problem = parser.Problem ?? (parser.AtEnd ? "" : $"'{parser.Word}' stands where AND or OR should");
        return problem.Length == 0 ? new SpdxExpression(text, parser.Licences.ToImmutable()) : null;
    }

    private static FrozenSet<string> ReadKnown()
    {
        using Stream stream = typeof(SpdxExpression).Assembly.GetManifestResourceStream("spdx-licences.txt")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n').Where(static line => line.Length > 0 && line[0] != '#').ToFrozenSet(StringComparer.Ordinal);
    }

    // Lowest first: OR, AND, WITH.
    private sealed class Parser(ImmutableArray<string> words)
    {
        private int _next;

        public ImmutableArray<string>.Builder Licences { get; } = ImmutableArray.CreateBuilder<string>();

        public string? Problem { get; private set; }

        public bool AtEnd => _next == words.Length;

        public string Word => AtEnd ? "" : words[_next];

        public void Or(int depth)
        {
            And(depth);
            while (Problem is null && Take("OR"))
            {
                And(depth);
            }
        }

        private void And(int depth)
        {
            Simple(depth);
            while (Problem is null && Take("AND"))
            {
                Simple(depth);
            }
        }

        private void Simple(int depth)
        {
            if (depth > MaxDepth)
            {
                Problem = "too many brackets";
            }
            else if (Take("("))
            {
                Or(depth + 1);
                if (Problem is null && !Take(")"))
                {
                    Problem = "a bracket isn't closed";
                }
            }
            else if (AtEnd)
            {
                Problem = "a licence is missing at the end";
            }
            else
            {
                Licence(words[_next++]);
                if (Problem is null && Take("WITH"))
                {
                    Problem = AtEnd || !words[_next++].All(IsLetter) ? "an exception is missing after WITH" : null;
                }
            }
        }

        private void Licence(string word)
        {
            string id = word.EndsWith('+') ? word[..^1] : word;
            bool isOwn = id.StartsWith(OwnPrefix, StringComparison.Ordinal) && id.Length > OwnPrefix.Length && id.All(IsLetter);
            if (isOwn || Known.Value.Contains(id))
            {
                Licences.Add(id);
                return;
            }

            string? nearest = Known.Value.FirstOrDefault(known => string.Equals(known, id, StringComparison.OrdinalIgnoreCase)) ?? NearestName.Find(id, Known.Value.Order(StringComparer.Ordinal));
            Problem = $"'{word}' is no SPDX licence identifier" + (nearest is null ? "; a licence of your own is LicenseRef-NAME, with its text in a file" : $"; did you mean '{nearest}'?");
        }

        private bool Take(string word)
        {
            bool there = Word == word;
            _next += there ? 1 : 0;
            return there;
        }

        private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.';
    }
}
