using Assay.Chat;
using Assay.Llama;
using Assay.Upstream;

namespace Assay.Node.Chatting;

/// <summary>Opens the models of a chat file. A node doesn't start with some of them missing.</summary>
public static class ChatCatalogLoader
{
    /// <summary>Opens every model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="open">Opens one model's backend; null: llama.cpp for GGUF files, the upstreams for others.</param>
    /// <exception cref="InvalidDataException">A model can't be opened; the message says which, and why.</exception>
    public static ChatCatalog Load(ChatFile file, Func<ChatFileModel, IChatBackend>? open = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        List<ChatModel> models = [];
        try
        {
            foreach (ChatFileModel model in file.Models)
            {
                models.Add(new ChatModel(model.Terms, (open ?? Open)(model)) { Description = model.Description, Limits = model.Limits, Created = file.Written });
            }

            return new ChatCatalog(models);
        }
        catch (Exception e)
        {
            models.ForEach(static model => model.Dispose());
            throw e is LlamaException or IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException
                ? new InvalidDataException($"chat model '{file.Models[models.Count].Name}': {Said(e)}{(e is LlamaException { Hint.Length: > 0 } llama ? " " + llama.Hint : "")}", e)
                : e;
        }
    }

    private static string Said(Exception e) => e is FileNotFoundException { FileName: { } missing } ? $"there is no file {missing}. 'gguf' is relative to the chat file's folder." : e.Message;

    private static IChatBackend Open(ChatFileModel model) => model.Local is { } local
        ? LlamaBackend.Open(local.Path, new LlamaOptions
        {
            Contexts = local.Contexts,
            MaxWaiting = local.Waiting,
            Threads = local.Threads,
            ContextTokens = local.ContextTokens,
            BatchTokens = local.BatchTokens,
            Template = local.Template,
        })
        : UpstreamBackend.Create(new UpstreamOptions
        {
            Servers = [.. model.Upstreams.Select(static upstream =>
            {
                string? key = upstream.ReadKey();
                return new UpstreamServer { Address = upstream.Url, Model = upstream.Model, Key = () => key };
            })],
            Kinds = model.Kinds,
            Unsupported = model.Unsupported,
            ContextTokens = model.ContextTokens,
            First = model.Limits.FirstToken,
            Idle = model.Limits.PerToken,
            Total = model.Limits.Overall,
        });
}
