using Assay.Node.Witnessing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Assay.Node.Http;

/// <summary><c>/v1/witnesses</c>: which witnesses the node submits its checkpoints to, and how it goes. The node's word; what counts is in the checkpoint.</summary>
internal static class WitnessEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes, WitnessRounds rounds) =>
        routes.MapGet("/v1/witnesses", (HttpContext context) => JsonReply.WriteAsync(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("witnesses");
            foreach (WitnessStatus status in rounds.Statuses)
            {
                json.WriteStartObject();
                json.WriteString("key", status.Key.ToString());
                json.WriteNumber("size", status.Size);
                json.WriteNumber("cosigned", status.Cosigned);
                json.WriteNumber("failed", status.Failed);
                json.WriteString("error", status.Error);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
}
