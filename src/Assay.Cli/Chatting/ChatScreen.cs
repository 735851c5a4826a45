using Assay.Cli.Console;

namespace Assay.Cli.Chatting;

/// <summary>
/// How a conversation looks. In a terminal text is shown as it comes, in grey; elsewhere once it is checked, for what was piped on can't be taken back. Nothing that a node
/// says can steer the terminal.
/// </summary>
internal sealed class ChatScreen(Output output, bool isTerminal, bool showsProvisional)
{
    private const string Grey = "\e[90m", Red = "\e[1;31m", Green = "\e[32m", Plain = "\e[0m";

    private readonly bool _hasColours = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
    private bool _isMidline;

    internal bool IsTerminal => isTerminal;

    /// <summary>Whether text is shown before it is checked.</summary>
    internal bool Shows { get; } = (isTerminal || showsProvisional) && !output.IsJson;

    internal void Greet(string text) => Line(Grey, text);

    internal void Prompt() => output.Piece("> ");

    /// <summary>Text that isn't checked.</summary>
    internal void Provisional(string text)
    {
        if (Shows && text.Length > 0)
        {
            output.Piece(Coloured(Grey, TerminalText.Harmless(text)));
            _isMidline = !text.EndsWith('\n');
        }
    }

    /// <summary>Text that is checked, where it wasn't shown before.</summary>
    internal void Checked(string text, bool mayBeShown)
    {
        if (!(Shows && mayBeShown) && text.Length > 0)
        {
            output.Piece(TerminalText.Harmless(text));
            _isMidline = !text.EndsWith('\n');
        }
    }

    /// <summary>What was checked.</summary>
    internal void Verdict(string text) => Line(Green, "checked  " + text);

    /// <summary>What a person should know besides.</summary>
    internal void Note(string text) => Line(Grey, "         " + text);

    /// <summary>What nobody should overlook.</summary>
    internal void Failed(string text) => Line(Red, "!!!      " + text);

    // Words about the answer aren't the answer: where the output is piped on, they go to standard error.
    private void Line(string colour, string text)
    {
        string shown = TerminalText.Harmless(text.ReplaceLineEndings(" "));
        if (_isMidline && !output.IsJson)
        {
            output.Piece("\n");
            _isMidline = false;
        }

        if (isTerminal)
        {
            output.Piece(Coloured(colour, shown) + "\n");
        }
        else
        {
            output.Note(shown);
        }
    }

    private string Coloured(string colour, string text) => _hasColours ? colour + text + Plain : text;
}
