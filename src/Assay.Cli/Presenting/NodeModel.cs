using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Client;
using Assay.Models.Presentation;
using Assay.Programs;

namespace Assay.Cli.Presenting;

/// <summary>What a node's metadata say about a model. All of it is the node's word, and only decides what is asked and how answers are shown.</summary>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Inputs">Names and shapes of one item.</param>
/// <param name="Outputs">The same.</param>
/// <param name="Presentation">How people's files become its input; null if it doesn't say.</param>
internal sealed record NodeModel(string Name, IReadOnlyDictionary<string, ImmutableArray<int>> Inputs, IReadOnlyDictionary<string, ImmutableArray<int>> Outputs, ModelPresentation? Presentation)
{
    private const long MostElements = 1 << 26;

    internal static async Task<NodeModel> FetchAsync(AssayClient client, string name, CancellationToken cancellation) =>
        Parse(name, await client.GetAsync($"v2/models/{Uri.EscapeDataString(name)}", cancellation).ConfigureAwait(false));

    /// <summary>A program that is here.</summary>
    internal static NodeModel Of(string name, ExactProgram program) => new(
        name,
        program.Inputs.ToDictionary(static input => input.Name, static input => input.Type.Shape),
        program.Outputs.ToDictionary(static output => output.Name, output => program.TypeOf(output.Value).Shape),
        null);

    internal static NodeModel Parse(string name, byte[] metadata)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(metadata);
            IReadOnlyDictionary<string, ImmutableArray<int>> inputs = Ports(json.RootElement.GetProperty("inputs")), outputs = Ports(json.RootElement.GetProperty("outputs"));
            ModelPresentation? presentation = null;
            if (json.RootElement.TryGetProperty("presentation", out JsonElement said))
            {
                presentation = ModelPresentation.TryParse(JsonMarshal.GetRawUtf8Value(said), out (string Code, string Message)? error);
                string? problem = error?.Message ?? presentation!.Mismatch(inputs, outputs);
                if (problem is not null)
                {
                    throw Unreadable(error?.Code ?? PresentationErrors.Mismatch, name, $"its presentation doesn't hold: {problem}");
                }
            }

            return new NodeModel(name, inputs, outputs, presentation);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Unreadable("client/reply", name, "they aren't what the protocol says");
        }
    }

    private static NodeException Unreadable(string code, string name, string why) => new(200, code, $"The node's metadata of '{name}' can't be used: {why}.", "Send a .npy array or a .json request body.", []);

    private static Dictionary<string, ImmutableArray<int>> Ports(JsonElement ports)
    {
        Dictionary<string, ImmutableArray<int>> read = [];
        foreach (JsonElement port in ports.EnumerateArray())
        {
            // The first dimension is the batch; float models may leave others open.
            ImmutableArray<int> shape = [.. port.GetProperty("shape").EnumerateArray().Skip(1).Select(static d => d.GetInt32())];
            if (shape.Aggregate(1L, static (product, d) => product > MostElements ? product : product * Math.Abs((long)d)) > MostElements)
            {
                throw new FormatException();
            }

            read.Add(port.GetProperty("name").GetString()!, shape);
        }

        return read;
    }
}
