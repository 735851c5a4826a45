using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>A price file that fits the models of a node.</summary>
internal sealed class PriceList
{
    private PriceList(PriceFile file) => File = file;

    /// <summary>The file.</summary>
    internal PriceFile File { get; }

    /// <summary>Holds a file against what there is to sell.</summary>
    /// <param name="file">The file.</param>
    /// <param name="models">What the node serves.</param>
    /// <param name="mostItems">Most items of a request.</param>
    /// <param name="problems">All that doesn't fit, at once.</param>
    /// <param name="isTeeKnown">Whether it is known already if attested hardware vouches for runs; else that a level wants it is no problem.</param>
    /// <param name="chat">The chat models; null: there are none.</param>
    internal static PriceList? TryCreate(PriceFile file, ModelCatalog models, int mostItems, out IReadOnlyList<string> problems, bool isTeeKnown = true, IReadOnlyList<ModelTerms>? chat = null)
    {
        List<string> found = [];
        foreach ((string name, ModelPrices prices) in file.Models)
        {
            if (prices.FindEqual(mostItems) is var (one, other, why))
            {
                found.Add($"'models.{name}': '{one}' and '{other}' {why}; a payment couldn't say which it is for");
            }

            if (name == PriceFile.Others)
            {
                continue;
            }

            if ((chat?.FirstOrDefault(terms => terms.Name == name) ?? (models.Find(name) is { } model && model.Terms.Name == name ? model.Terms : null)) is not { } sold)
            {
                found.Add($"'models.{name}': there is no model of that name here{(models.Nearest(name) is { } nearest ? $" (did you mean '{nearest}'?)" : "")}");
                continue;
            }

            // What "*" offers, each model has as far as it can.
            foreach (VerificationLevel level in prices.Stated.Keys.Append(prices.Recommended).Distinct())
            {
                ModelTerms terms = isTeeKnown ? sold : sold with { NoTee = null };
                if (prices.Modes != PaymentModes.Off && !terms.CanMeet(level))
                {
                    found.Add($"'models.{name}.levels.{level}' can't be met here: {string.Join("; ", terms.WhyNot(level))}");
                }
            }
        }

        foreach (ModelTerms terms in models.Models.Select(static model => model.Terms).Concat(chat ?? []))
        {
            if (file.For(terms.Name) is not { } prices)
            {
                found.Add($"model '{terms.Name}' has no price; list it, with \"pay\":[] if it's free, or add \"{PriceFile.Others}\"");
            }
            else if (prices.Modes != PaymentModes.Off && prices.Stated.Values.Any(price => !Fits(price, terms)))
            {
                found.Add($"model '{terms.Name}' can't be sold as {(file.Models.ContainsKey(terms.Name) ? "its own entry" : $"\"{PriceFile.Others}\"")} says: {(terms.IsChat ? "a chat model costs so much a request and item, or by tokens, and has no seconds" : "only chat models have tokens")}");
            }
        }

        problems = found;
        return found.Count == 0 ? new PriceList(file) : null;
    }

    private static bool Fits(LevelPrice price, ModelTerms terms) => terms.IsChat ? price.PerSecond is null : price.PerMillionTokens is null;

    /// <summary>A model's prices. A model that came later than the file is free to nobody: it can't come, the catalogue is read at the start too.</summary>
    internal ModelPrices For(string model) => File.For(model) ?? ModelPrices.Free;
}
