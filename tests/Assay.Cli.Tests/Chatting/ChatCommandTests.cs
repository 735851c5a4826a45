using System.Diagnostics;
using System.Text.Json;
using Assay.Cli.Chatting;
using Assay.Cli.Tests.Proxying;

namespace Assay.Cli.Tests.Chatting;

/// <summary><c>assay chat</c>: what is said on which of the two outputs, and what becomes part of the conversation.</summary>
public sealed class ChatCommandTests(ChatNodeFixture fixture) : IClassFixture<ChatNodeFixture>
{
    [Fact]
    public async Task One_question_one_checked_answer_and_files_that_anybody_can_check()
    {
        string kept = Path.Combine(fixture.Folder, "kept-chat");
        CliRunner.Result run = await RunAsync(fixture.Address, "local", "--once", "hi", "--system", "Be brief.", "--save", kept);
        Assert.Equal((0, "Hello!\n"), (run.ExitCode, run.Output));
        Assert.Contains("checked  signed: nothing altered (by the node's signature), logged (by the log)", run.Error, StringComparison.Ordinal);
        Assert.Contains("not shown: that the operator couldn't read it", run.Error, StringComparison.Ordinal);
        string receipt = Directory.GetFiles(kept, "*.receipt").Single();
        string file = receipt[..^".receipt".Length];
        CliRunner.Result verified = await CliRunner.RunAsync("verify", receipt, "--trust", fixture.Trust, "--request", file + ".request.json", "--response", file + ".answer.sse");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task In_JSON_it_is_one_object()
    {
        CliRunner.Result run = await RunAsync(fixture.Address, "local", "--once", "hi", "--json");
        JsonElement root = JsonElement.Parse(run.Output);
        Assert.Equal((0, "Hello!", "stop", "met"), (run.ExitCode, root.GetProperty("text").GetString(), root.GetProperty("finish").GetString(), root.GetProperty("verdict").GetProperty("outcome").GetString()));
        Assert.Equal(4, (await RunAsync(fixture.Address, "local", "--json")).ExitCode);
    }

    [Fact]
    public async Task Lines_of_a_pipe_are_turns_of_one_conversation()
    {
        string kept = Path.Combine(fixture.Folder, "kept-pipe");
        CliRunner.Result run = await PipeAsync(fixture.Address, "hi\n\nroles\n", "--save", kept);
        Assert.Equal((0, "Hello!\nuser,assistant,user\n"), (run.ExitCode, run.Output));
        string[] requests = [.. Directory.GetFiles(kept, "*.request.json").Order(StringComparer.Ordinal)];
        string first = (await CliRunner.RunAsync("explain", requests[0].Replace(".request.json", ".receipt", StringComparison.Ordinal), "--json")).Output;
        string continues = JsonElement.Parse(await File.ReadAllTextAsync(requests[1])).GetProperty("continues").GetString()!;
        Assert.Contains(continues, first, StringComparison.Ordinal);
        Assert.False(JsonElement.Parse(await File.ReadAllTextAsync(requests[0])).TryGetProperty("continues", out _));
    }

    [Fact]
    public async Task A_turn_that_fails_shows_loudly_and_is_no_part_of_what_follows()
    {
        int turn = 0;
        await using LyingGateway gateway = new(fixture.Address)
        {
            Ask = body =>
            {
                turn++;
                return body;
            },
        };
        gateway.Answer = line => turn == 2 ? line.Replace("Hel", "Bel", StringComparison.Ordinal) : line;
        CliRunner.Result run = await PipeAsync(gateway.Address, "hi\nhi again\nroles\n");
        Assert.Equal((1, "Hello!\nuser,assistant,user\n"), (run.ExitCode, run.Output));
        Assert.Contains("!!!      DOESN'T COUNT.", run.Error, StringComparison.Ordinal);
        Assert.Contains("[response/wire]", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Bel", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_as_it_comes_is_shown_where_that_is_asked_for_and_given_up_when_it_is_contradicted()
    {
        Assert.Equal((0, "Hello!\n"), await ProvisionalAsync(fixture.Address, "hi"));
        await using LyingGateway gateway = new(fixture.Address) { Answer = static line => line.Replace("\"10,\"", "\"11,\"", StringComparison.Ordinal) };
        (int exit, string text) = await ProvisionalAsync(gateway.Address, "paced");
        Assert.Equal(1, exit);
        Assert.StartsWith("0,1,2,", text, StringComparison.Ordinal);
        Assert.DoesNotContain("199,", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_breaks_off_or_is_refused_is_no_answer()
    {
        CliRunner.Result broken = await RunAsync(fixture.Address, "local", "--once", "break");
        Assert.Equal((3, ""), (broken.ExitCode, broken.Output));
        Assert.Contains("broken off", broken.Error, StringComparison.Ordinal);
        CliRunner.Result busy = await RunAsync(fixture.Address, "local", "--once", "always-busy", "--json");
        Assert.Equal((3, "chat/no-answer"), (busy.ExitCode, JsonElement.Parse(busy.Output).GetProperty("reason").GetString()));
        CliRunner.Result unknown = await RunAsync(fixture.Address, "nobody", "--once", "hi");
        Assert.Equal(3, unknown.ExitCode);
        Assert.Contains("model_not_found", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_isnt_there_is_said_so_also_if_the_model_is_named()
    {
        CliRunner.Result run = await RunAsync(new Uri("http://127.0.0.1:1/"), "local", "--once", "hi");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("Is it running?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":[{"id":"other","context_length":8},{"id":"m","context_length":512}]}""", "m@signed", 128)]
    [InlineData("""{"data":[{"id":"m","context_length":4096,"max_output_tokens":100}]}""", "m", 100)]
    [InlineData("""{"data":[{"id":"m","context_length":2}]}""", "m", 1)]
    [InlineData("""{"data":[{"id":"m"}]}""", "m", null)]
    [InlineData("""{"data":[{"id":"m","context_length":-4}]}""", "m", null)]
    [InlineData("""{"data":[{"id":7}]}""", "m", null)]
    [InlineData("""[]""", "m", null)]
    [InlineData("""{""", "m", null)]
    public void An_answer_leaves_room_for_the_next_turns(string models, string name, int? most) =>
        Assert.Equal(most, AnswerRoom.Of(System.Text.Encoding.UTF8.GetBytes(models), name));

    [Fact]
    public void The_chat_file_that_is_shipped_can_be_read() =>
        Assert.True(File.Exists(Assert.Single(Assay.Node.Chatting.ChatFile.Load(Path.Combine(CommandFixture.Models, "tiny-kjv", "chat.json")).Models).Local!.Path));

    [Theory]
    [InlineData("'assay --help'", "no-such-command")]
    [InlineData("'assay key add --help'", "key", "add", "x", "--no-such-option")]
    public async Task Hints_name_the_whole_command(string hint, params string[] arguments) =>
        Assert.Contains(hint, (await CliRunner.RunAsync(arguments)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Nothing_is_left_open()
    {
        CliRunner.Result which = await CliRunner.RunAsync("chat", "--node", fixture.Address.ToString(), "--level", "signed", "--trust", fixture.Trust, "--once", "hi");
        Assert.Equal(4, which.ExitCode);
        Assert.Contains("local, remote", which.Error, StringComparison.Ordinal);
        Assert.Contains("--level signed", (await CliRunner.RunAsync("chat", "local", "--trust", fixture.Trust, "--once", "hi")).Error, StringComparison.Ordinal);
        Assert.Contains("--first-use", (await CliRunner.RunAsync("chat", "local", "--level", "signed", "--once", "hi")).Error, StringComparison.Ordinal);
        CliRunner.Result first = await CliRunner.RunAsync("chat", "local", "--node", fixture.Address.ToString(), "--level", "signed", "--first-use", "--once", "hi");
        Assert.Equal((0, "Hello!\n"), (first.ExitCode, first.Output));
        Assert.Contains("first use: nothing told you whose keys these are", first.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data":[5]}""")]
    [InlineData("""{"data":[{"kind":5,"id":"a"}]}""")]
    [InlineData("""{"data":[{"kind":"chat","id":null}]}""")]
    [InlineData("""{"data":[{"kind":"chat"}]}""")]
    [InlineData("""{"data":[{"kind":"chat","id":"\ud800"}]}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":null}""")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("<html>")]
    public async Task A_list_of_models_that_is_none_is_said_so(string list)
    {
        await using LyingGateway gateway = new(fixture.Address) { Says = path => path == "/v1/models" ? list : null };
        CliRunner.Result run = await CliRunner.RunAsync("chat", "--node", gateway.Address.ToString(), "--level", "signed", "--trust", fixture.Trust, "--once", "hi");
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains("list of models", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_whose_receipt_cant_be_fetched_doesnt_count_and_is_kept()
    {
        string kept = Path.Combine(fixture.Folder, "kept-without");
        await using LyingGateway gateway = new(fixture.Address) { Drops = static path => path.EndsWith("/bundle", StringComparison.Ordinal) };
        CliRunner.Result run = await RunAsync(gateway.Address, "local", "--once", "hi", "--save", kept);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("[client/no-receipt]", run.Error, StringComparison.Ordinal);
        string answer = Assert.Single(Directory.GetFiles(kept, "*.answer.sse"));
        Assert.Contains($"Evidence: {answer}", run.Error, StringComparison.Ordinal);
        Assert.Contains("Hel", await File.ReadAllTextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_turn_and_the_work_at_the_node()
    {
        // On a busy machine the node's second to begin may pass before its answer begins: then it is asked again.
        for (int attempt = 0; attempt < 5; attempt++)
        {
            await fixture.Node.RestAsync();
            using Process process = Process.Start(CliRunner.StartInfo((string[])[.. Arguments(fixture.Address, "local", "--once", "slow"), "--trust", fixture.Trust]))!;
            process.StandardInput.Close();
            Task<string> said = process.StandardError.ReadToEndAsync();
            while (Volatile.Read(ref fixture.Node.Local.Running) == 0 && !process.HasExited)
            {
                await Task.Delay(10);
            }

            if (process.HasExited)
            {
                continue;
            }

            using Process kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            string error = await said.WaitAsync(TimeSpan.FromMinutes(1));
            await process.WaitForExitAsync();
            Assert.Equal(3, process.ExitCode);
            Assert.Contains("Stopped", error, StringComparison.Ordinal);
            await fixture.Node.RestAsync();
            return;
        }

        Assert.Fail("it never began");
    }

    [Theory]
    [InlineData("a\tb\nc", "a\tb\nc")]
    [InlineData("a\r\nb\rc", "a\nbc")]
    [InlineData("\e[2J\a\u202e\u2028\ue000\u0085", "\ufffd[2J\ufffd\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("\u00e4\u6f22\ud83d\ude00\u200d", "\u00e4\u6f22\ud83d\ude00\u200d")]
    public void Nothing_in_a_text_steers_the_terminal(string text, string shown) => Assert.Equal(shown, TerminalText.Harmless(text));

    private static string[] Arguments(Uri node, params string[] more) => ["chat", .. more, "--node", node.ToString(), "--level", "signed"];

    private async Task<CliRunner.Result> RunAsync(Uri node, params string[] more) => await CliRunner.RunAsync([.. Arguments(node, more), "--trust", fixture.Trust]);

    private async Task<(int Exit, string Text)> ProvisionalAsync(Uri node, string text)
    {
        CliRunner.Result run = await RunAsync(node, "local", "--once", text, "--provisional");
        return (run.ExitCode, run.Output);
    }

    private async Task<CliRunner.Result> PipeAsync(Uri node, string lines, params string[] more)
    {
        using Process process = Process.Start(CliRunner.StartInfo([.. Arguments(node, "local"), "--trust", fixture.Trust, .. more]))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(lines);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return new CliRunner.Result(process.ExitCode, await output, await error);
    }
}
