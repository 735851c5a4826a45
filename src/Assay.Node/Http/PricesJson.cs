using System.Text.Json;
using Assay.Evm;
using Assay.Node.Paying;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Http;

/// <summary>Prices as callers find them before they ask.</summary>
internal static class PricesJson
{
    /// <summary>How a model is paid for: <c>payment</c>, null if it's free.</summary>
    internal static void Write(Utf8JsonWriter json, ModelTerms model, PriceList? prices)
    {
        ModelPrices sold = prices?.For(model.Name) ?? ModelPrices.Free;
        if (sold.Modes == PaymentModes.Off)
        {
            json.WriteNull("payment");
            return;
        }

        PricedToken token = prices!.File.Token;
        json.WriteStartObject("payment");
        json.WriteStartArray("pay");
        foreach ((PaymentModes mode, string name) in new[] { (PaymentModes.Prepaid, "prepaid"), (PaymentModes.X402, "x402") })
        {
            if (sold.Modes.HasFlag(mode))
            {
                json.WriteStringValue(name);
            }
        }

        json.WriteEndArray();
        json.WriteString("currency", token.Currency);
        json.WriteString("recommended", sold.Recommended.ToString());
        json.WriteStartObject("levels");
        foreach (VerificationLevel level in sold.Levels.Where(model.CanMeet))
        {
            LevelPrice price = sold.Of(level)!;
            json.WriteStartObject(level.ToString());
            if (price.IsExact)
            {
                json.WriteString("perRequest", token.Show(price.PerRequest));
                json.WriteString("perItem", token.Show(price.PerItem));
            }

            if (price.Most is { } most)
            {
                if (price.PerMillionTokens is { } tokens)
                {
                    json.WriteString("perMillionInputTokens", token.Show(tokens.Input));
                    json.WriteString("perMillionOutputTokens", token.Show(tokens.Output));
                }
                else
                {
                    json.WriteString("perSecond", token.Show(price.PerSecond!.Value));
                }

                json.WriteString("most", token.Show(most));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What is paid with, and to whom: <c>payment</c>, null if nothing is.</summary>
    internal static void Write(Utf8JsonWriter json, PriceList? prices)
    {
        if (prices is null)
        {
            json.WriteNull("payment");
            return;
        }

        PriceFile file = prices.File;
        json.WriteStartObject("payment");
        json.WriteString("network", $"eip155:{EvmAmount.Text(file.ChainId)}");
        json.WriteString("payTo", file.PayTo.ToString());
        json.WriteStartObject("token");
        json.WriteString("address", file.Token.Address.ToString());
        json.WriteString("name", file.Token.Name);
        json.WriteString("version", file.Token.Version);
        json.WriteNumber("decimals", file.Token.Decimals);
        json.WriteString("currency", file.Token.Currency);
        json.WriteString("symbol", file.Token.Symbol);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
