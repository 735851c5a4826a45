using Assay.Chat;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>What a receipt claims of a chat's request and of what answers it: everything that an application's configuration is read from.</summary>
internal static class ChatClaims
{
    /// <summary>As it is known now: before the work, of an upstream only that there is one.</summary>
    internal static ClaimValues Of(ChatJob job)
    {
        (ChatRequest request, ChatBackendInfo info, ChatRunReport report) = (job.Request, job.Model.Backend.Info, job.Report);
        string[] mutations = [.. job.Applied.Mutations, .. report.Mutations];
        return new ClaimValues
        {
            RequestProtocol = request.Protocol,
            RequestSystemPrompt = ChatDigests.SystemPrompt(request.Messages),
            RequestTools = ChatDigests.Tools(request),
            RequestResponseFormat = request.RawResponseFormat,
            RequestSampling = job.Applied.Sampling,
            RequestSeed = job.Applied.Applied.Seed,
            RequestMutations = mutations.Length == 0 ? null : mutations,
            RequestPolicy = job.Plan.Policy,
            RequestLevelSource = job.Plan.Source,
            ModelName = job.Name,
            ModelModelId = info.Model,
            ModelTokenizer = info.Tokenizer,
            ModelTemplate = info.Template,
            ExecutionBackend = report.Upstream is { } upstream ? $"upstream {upstream.Origin}" : info.Backend,
            ExecutionSemantics = info.Semantics,
            ExecutionInstructionSet = info.InstructionSet,
            ExecutionCache = report.Cache,
            PartiesGateway = report.Upstream?.Text,
        };
    }
}
