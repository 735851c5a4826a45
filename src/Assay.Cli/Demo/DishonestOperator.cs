using System.Text;
using System.Text.Json.Nodes;
using Assay.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Assay.Cli.Demo;

/// <summary>
/// What an operator who cheats would do, for the demo and its test. It has the node's real keys, so every signature that it
/// makes is good: what catches it is never a bad signature alone.
/// </summary>
internal static class DishonestOperator
{
    /// <summary>Another model under the same name and id: the last layer's weights are handed from each class to the next.</summary>
    internal static ExactModel SwapWeights(ExactModel honest)
    {
        LinearOperation last = honest.Program.Operations.OfType<LinearOperation>().Last();
        WeightTensor tensor = honest.Program.Weights[last.Weights];
        int offset = 0;
        for (int i = 0; i < last.Weights; i++)
        {
            offset += honest.Weights.Bytes(i).Length;
        }

        byte[] blob = honest.Weights.Memory.ToArray();
        Span<byte> layer = blob.AsSpan(offset, honest.Weights.Bytes(last.Weights).Length);
        int row = layer.Length / tensor.Shape[0];
        byte[] first = layer[..row].ToArray();
        layer[row..].CopyTo(layer);
        first.CopyTo(layer[^row..]);
        WeightsBlob weights = WeightsBlob.Create(honest.Program, blob, out ProgramError? error) ?? throw new InvalidOperationException(error!.Detail);
        return ExactModel.Create(honest.Program, weights, out error) ?? throw new InvalidOperationException(error!.Detail);
    }

    /// <summary>Changes one input element on its way to the model, and lets the node receipt what it saw.</summary>
    internal static void AlterInputs(WebApplication application) => application.Use(async (context, next) =>
    {
        if (HttpMethods.IsPost(context.Request.Method))
        {
            JsonNode body = (await JsonNode.ParseAsync(context.Request.Body).ConfigureAwait(false))!;
            JsonArray data = body["inputs"]![0]!["data"]!.AsArray();
            data[data.Count / 2] = data[data.Count / 2]!.GetValue<double>() + 3;
            byte[] altered = Encoding.UTF8.GetBytes(body.ToJsonString());
            context.Request.Body = new MemoryStream(altered);
            context.Request.ContentLength = altered.Length;
        }

        await next(context).ConfigureAwait(false);
    });

    /// <summary>Changes the first value of the answer after it was signed.</summary>
    internal static void AlterOutputs(WebApplication application) => application.Use(async (context, next) =>
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        Stream real = context.Response.Body;
        using MemoryStream captured = new();
        context.Response.Body = captured;
        await next(context).ConfigureAwait(false);
        context.Response.Body = real;
        JsonNode body = JsonNode.Parse(captured.ToArray())!;
        JsonArray data = body["outputs"]![0]!["data"]!.AsArray();
        data[0] = data[0]!.GetValue<double>() + 1;
        byte[] altered = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.ContentLength = altered.Length;
        await real.WriteAsync(altered).ConfigureAwait(false);
    });
}
