using Assay.Chat;
using Assay.Node.Planning;

namespace Assay.Node.Chatting;

/// <summary>A chat that can be worked on.</summary>
/// <param name="Begun">The request.</param>
/// <param name="Applied">How the backend will apply it.</param>
/// <param name="Plans">What it can get: one plan; several where it names no level and what is paid decides.</param>
internal sealed record ChatPrepared(ChatBegun Begun, ChatPlan Applied, IReadOnlyList<Plan> Plans)
{
    /// <summary>How many choices there will be: of each prompt as many as were asked for. Of an embedding, vectors.</summary>
    internal int Choices => Begun.Request.Kind switch
    {
        ChatKind.Chat => Applied.Applied.N ?? 1,
        ChatKind.Completion => Begun.Request.Messages.Count * (Applied.Applied.N ?? 1),
        _ => Begun.Request.Messages.Count,
    };

    /// <summary>The work under one of the plans: with a receipt's id, and salts, of its own.</summary>
    internal ChatJob Job(Plan plan) => new(Begun.Received, Begun.Began) { Caller = Begun.Caller, Model = Begun.Model, Name = Begun.Name, Request = Begun.Request, Applied = Applied, Plan = plan, Choices = Choices };
}
