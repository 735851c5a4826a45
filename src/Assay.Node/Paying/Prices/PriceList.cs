using Assay.Node.Chatting;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>A price file that fits the models of a node.</summary>
internal sealed class PriceList
{
    private PriceList(PriceFile file, ChatCatalog? chat) => (File, Chat) = (file, chat);

    /// <summary>The file.</summary>
    internal PriceFile File { get; }

    /// <summary>Chat models, which aren't sold.</summary>
    internal ChatCatalog? Chat { get; }

    /// <summary>Holds a file against what there is to sell.</summary>
    /// <param name="file">The file.</param>
    /// <param name="models">What the node serves.</param>
    /// <param name="mostItems">Most items of a request.</param>
    /// <param name="problems">All that doesn't fit, at once.</param>
    /// <param name="isTeeKnown">Whether it is known already if attested hardware vouches for runs; else that a level wants it is no problem.</param>
    /// <param name="chat">Chat models, which aren't sold.</param>
    internal static PriceList? TryCreate(PriceFile file, ModelCatalog models, int mostItems, out IReadOnlyList<string> problems, bool isTeeKnown = true, ChatCatalog? chat = null)
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

            if (chat?.Find(name) is not null)
            {
                if (prices.Modes != PaymentModes.Off)
                {
                    found.Add($"'models.{name}' is a chat model, and this version can't sell chats; \"pay\":[] gives it away");
                }

                continue;
            }

            if (models.Find(name) is not { } model || model.Terms.Name != name)
            {
                found.Add($"'models.{name}': there is no model of that name here{(models.Nearest(name) is { } nearest ? $" (did you mean '{nearest}'?)" : "")}");
                continue;
            }

            // What "*" offers, each model has as far as it can.
            foreach (VerificationLevel level in prices.Stated.Keys.Append(prices.Recommended).Distinct())
            {
                ModelTerms terms = isTeeKnown ? model.Terms : model.Terms with { NoTee = null };
                if (prices.Modes != PaymentModes.Off && !terms.CanMeet(level))
                {
                    found.Add($"'models.{name}.levels.{level}' can't be met here: {string.Join("; ", terms.WhyNot(level))}");
                }
            }
        }

        found.AddRange(models.Models.Where(model => file.For(model.Terms.Name) is null).Select(static model => $"model '{model.Terms.Name}' has no price; list it, with \"pay\":[] if it's free, or add \"{PriceFile.Others}\""));
        problems = found;
        return found.Count == 0 ? new PriceList(file, chat) : null;
    }

    /// <summary>A model's prices. A model that came later than the file is free to nobody: it can't come, the catalogue is read at the start too.</summary>
    internal ModelPrices For(string model) => File.For(model) ?? ModelPrices.Free;
}
