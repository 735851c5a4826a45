using System.CommandLine;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Receipts;
using Assay.Verification.Advising;

namespace Assay.Cli.Commands;

/// <summary><c>assay advise</c>: from what could go wrong to the level to ask for.</summary>
internal static class AdviseCommand
{
    internal static Command Create()
    {
        Option<string[]> threats = new("--threat")
        {
            Description = "What must not go unnoticed: " + string.Join(", ", Enum.GetValues<Threat>().Select(CoverageTable.Code)) + ". Repeat for several.",
            Required = true,
        };
        Option<decimal?> value = new("--value") { Description = "What a wrong answer would cost, US dollars." };
        Option<double?> time = new("--max-ms") { Description = "Longest time until the evidence is there, ms." };
        Option<decimal?> price = new("--max-price") { Description = "Highest price a request, US dollars." };
        Option<string?> model = new("--model") { Description = "Ask a node about this model, with the times that it measured (needs --node)." };
        Option<string?> node = new("--node") { Description = "The node's address." };
        return new Command("advise", "Which level covers what you worry about?") { threats, value, time, price, model, node }.Do(async (parsed, output, cancellation) =>
        {
            List<Threat> worries = [];
            foreach (string code in parsed.GetRequiredValue(threats).SelectMany(static t => t.Split(',')).Distinct(StringComparer.Ordinal))
            {
                worries.Add(CoverageTable.TryParse(code, out Threat threat) ? threat : throw CliException.Usage($"'{code}' isn't a threat that Assay knows.", "'assay advise --help' lists them."));
            }

            if (parsed.GetValue(node) is { } text)
            {
                byte[] reply = await Nodes.Client(Nodes.Parse(text)).PostAsync("v1/advise", AskJson(worries, parsed.GetValue(value), parsed.GetValue(time), parsed.GetValue(price), parsed.GetValue(model)), cancellation).ConfigureAwait(false);
                using JsonDocument document = JsonDocument.Parse(reply);
                AdvicePrinter.Print(output, document.RootElement);
                return ExitCodes.Met;
            }

            if (parsed.GetValue(model) is not null)
            {
                throw CliException.Usage("--model needs --node: only a node knows what it measured.");
            }

            // Without a node nothing is measured and nothing is known to be missing: what this version can do at all.
            Advice advice = Advisor.Advise(new AdviceRequest(worries, parsed.GetValue(value), parsed.GetValue(time), parsed.GetValue(price)),
            [
                new LevelOffer(VerificationLevel.Signed, true, null, 0),
                new LevelOffer(VerificationLevel.Replay, true, null, 0),
                new LevelOffer(VerificationLevel.Tee, false, null, 0),
                new LevelOffer(VerificationLevel.Zk, false, null, 0),
            ]);
            using MemoryStream buffer = new();
            using (Utf8JsonWriter json = new(buffer))
            {
                AdviceJson.Write(json, advice);
            }

            using JsonDocument local = JsonDocument.Parse(buffer.ToArray());
            AdvicePrinter.Print(output, local.RootElement);
            return ExitCodes.Met;
        });
    }

    private static byte[] AskJson(List<Threat> threats, decimal? value, double? time, decimal? price, string? model)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("threats");
            foreach (Threat threat in threats)
            {
                json.WriteStringValue(CoverageTable.Code(threat));
            }

            json.WriteEndArray();
            if (value is { } v)
            {
                json.WriteNumber("value", v);
            }

            if (time is { } t)
            {
                json.WriteNumber("maxMilliseconds", t);
            }

            if (price is { } p)
            {
                json.WriteNumber("maxPrice", p);
            }

            if (model is not null)
            {
                json.WriteString("model", model);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
