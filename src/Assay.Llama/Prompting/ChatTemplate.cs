using System.Text;
using Assay.Primitives;

namespace Assay.Llama;

/// <summary>
/// How messages become a prompt. A few families of templates, each defined by its own text here, which is what receipts name: models' templates are
/// programs (Jinja), and this doesn't run them; it recognises the family by its markers, or is told.
/// </summary>
internal sealed class ChatTemplate
{
    // What stands around each role's text, how the answer begins, how the whole does ({begin}: the model's token for a beginning), roles by other
    // names, and what such a model's own template has in it, or hasn't (!): relatives with other words would be misread.
    private static readonly ChatTemplate[] All =
    [
        new("plain", "{role}: {text}\n", "assistant:", "", [], []),
        new("chatml", "<|im_start|>{role}\n{text}<|im_end|>\n", "<|im_start|>assistant\n", "", [], ["<|im_start|>", "!<|im_sep|>", "!<end_of_utterance>"]),
        new("llama3", "<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>", "<|start_header_id|>assistant<|end_header_id|>\n\n", "{begin}", [], ["<|start_header_id|>", "<|eot_id|>"]),
        new("gemma", "<start_of_turn>{role}\n{text}<end_of_turn>\n", "<start_of_turn>model\n", "{begin}", [("assistant", "model"), ("system", "user"), ("developer", "user"), ("tool", "user")], ["<start_of_turn>"]),
        new("zephyr", "<|{role}|>\n{text}{end}\n", "<|assistant|>\n", "", [], ["<|user|>", "<|assistant|>", "eos_token", "!<|end|>", "![gMASK]"]),
        new("llama2", "[INST] {text} [/INST]", "", "", [], ["[INST]", "<<SYS>>"]),
    ];

    private readonly string _turn;
    private readonly string _answer;
    private readonly string _start;
    private readonly (string Role, string As)[] _roles;
    private readonly string[] _markers;

    private ChatTemplate(string name, string turn, string answer, string start, (string, string)[] roles, string[] markers) =>
        (Name, _turn, _answer, _start, _roles, _markers) = (name, turn, answer, start, roles, markers);

    internal static string Names => string.Join(", ", All.Select(static template => template.Name));

    internal string Name { get; }

    /// <summary>The leaf <c>model.template</c> is of this.</summary>
    internal string Text => Name == "llama2"
        ? "assay/chat-template/v1 llama2\n{begin}[INST] <<SYS>>\\n{system}\\n<</SYS>>\\n\\n{text} [/INST] {answer} {end}\n"
        : $"assay/chat-template/v1 {Name}\n{_start}\n{_turn}\n{_answer}\n{string.Join(' ', _roles.Select(static role => $"{role.Role}={role.As}"))}\n";

    internal Digest32 Digest => Digest32.Sha256(Encoding.UTF8.GetBytes(Text));

    /// <summary>The template of a name, else the one that a model's own shows; null if there is none such.</summary>
    internal static ChatTemplate? Choose(string? named, string? model) => named is not null
        ? All.FirstOrDefault(template => template.Name == named)
        : model is null ? All[0] : All.FirstOrDefault(template => template._markers.Length > 0 && template._markers.All(marker => marker[0] == '!' ? !model.Contains(marker[1..], StringComparison.Ordinal) : model.Contains(marker, StringComparison.Ordinal)));

    /// <summary>The template whose text has this digest; null if there is none such.</summary>
    internal static ChatTemplate? Find(Digest32 digest) => All.FirstOrDefault(template => template.Digest == digest);

    /// <summary>The prompt of a chat.</summary>
    /// <param name="messages">Role and text of each, at least one.</param>
    /// <param name="begin">Text of the model's token for a beginning; empty: none.</param>
    /// <param name="end">Text of its token for an end.</param>
    internal IReadOnlyList<PromptPart> Apply(IReadOnlyList<(string Role, string Text)> messages, string begin, string end)
    {
        List<PromptPart> parts = [];
        if (Name == "llama2")
        {
            LlamaTwo(parts, messages, begin, end);
            return parts;
        }

        Markup(parts, _start.Replace("{begin}", begin, StringComparison.Ordinal));
        foreach ((string role, string text) in messages)
        {
            string named = _roles.FirstOrDefault(pair => pair.Role == role).As ?? (role == "developer" ? "system" : role);
            string[] around = _turn.Replace("{role}", named, StringComparison.Ordinal).Replace("{end}", end, StringComparison.Ordinal).Split("{text}");
            Markup(parts, around[0]);
            parts.Add(new PromptPart(text, IsMarkup: false));
            Markup(parts, around[1]);
        }

        Markup(parts, _answer);
        return parts;
    }

    // Its turns have no tokens of their own but beginning and end; a system message stands within the first user's.
    private static void LlamaTwo(List<PromptPart> parts, IReadOnlyList<(string Role, string Text)> messages, string begin, string end)
    {
        string system = string.Join('\n', messages.Where(static message => message.Role is "system" or "developer").Select(static message => message.Text));
        bool isOpen = false;
        foreach ((string role, string text) in messages.Where(static message => message.Role is not ("system" or "developer")))
        {
            if (role == "assistant")
            {
                parts.Add(new PromptPart(" " + text + " ", IsMarkup: false));
                Markup(parts, end);
                isOpen = false;
                continue;
            }

            if (!isOpen)
            {
                Markup(parts, begin);
            }

            parts.Add(new PromptPart($"[INST] {(system.Length > 0 ? $"<<SYS>>\n{system}\n<</SYS>>\n\n" : "")}{text} [/INST]", IsMarkup: false));
            (system, isOpen) = ("", true);
        }

        if (parts.Count == 0)
        {
            Markup(parts, begin);
            parts.Add(new PromptPart($"[INST] <<SYS>>\n{system}\n<</SYS>>\n\n [/INST]", IsMarkup: false));
        }
    }

    private static void Markup(List<PromptPart> parts, string text)
    {
        if (text.Length > 0)
        {
            parts.Add(new PromptPart(text, IsMarkup: true));
        }
    }
}
