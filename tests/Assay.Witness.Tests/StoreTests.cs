using Assay.Log;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Witness.Tests;

public sealed class StoreTests : IDisposable
{
    private readonly FakeLog _log = new();
    private readonly TestWitness _witness;

    public StoreTests() => _witness = new TestWitness(_log.Key);

    public void Dispose()
    {
        _witness.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Death_at_any_step_never_lets_it_cosign_two_roots_of_a_size_or_go_back()
    {
        Dictionary<ulong, Digest32> roots = [];
        ulong last = 0;
        int deaths = 0;
        Random random = new(3);
        for (int round = 0; round < 300; round++)
        {
            // Dies after a random one of the steps, or not at all.
            int left = random.Next(8);
            _witness.Reopen(_ =>
            {
                if (left-- == 0)
                {
                    throw new DiedException();
                }
            });
            for (int i = 0; i < 4; i++)
            {
                int size = (int)last + random.Next(4) - 1;
                byte[] request = _log.Request((int)last, Math.Max(0, size), history: random.Next(2), common: random.Next(2) * 2000);
                try
                {
                    WitnessReply reply = _witness.Service.Add(request);
                    if (reply.Status == 409)
                    {
                        // Written before it died, and never answered.
                        Assert.True(ulong.Parse(reply.Body, System.Globalization.CultureInfo.InvariantCulture) >= last);
                        last = ulong.Parse(reply.Body, System.Globalization.CultureInfo.InvariantCulture);
                    }
                    else if (reply.Status == 200)
                    {
                        Checkpoint head = _witness.Cosigned(request, reply);
                        Assert.True(head.Size >= last);
                        Assert.True(roots.TryAdd(head.Size, head.Root) || roots[head.Size] == head.Root);
                        last = head.Size;
                    }
                }
                catch (DiedException)
                {
                    deaths++;
                    break;
                }
            }
        }

        Assert.True(deaths > 50 && roots.Count > 50, $"{deaths} deaths, {roots.Count} sizes");
    }

    [Fact]
    public void Concurrent_requests_for_two_histories_leave_one()
    {
        for (int round = 0; round < 20; round++)
        {
            using FakeLog log = new($"log.example/{round}", (byte)(round + 20));
            _witness.Store.Trust(log.Key);
            byte[][] requests = [.. Enumerable.Range(0, 8).Select(history => log.Request(0, 5, history))];
            int[] statuses = new int[requests.Length];
            Parallel.For(0, requests.Length, i => statuses[i] = _witness.Service.Add(requests[i]).Status);
            Assert.Equal(1, statuses.Count(status => status == 200));
            Assert.All(statuses, status => Assert.Contains(status, new[] { 200, 422 }));
        }
    }

    [Fact]
    public void State_forks_and_key_are_there_after_a_restart()
    {
        byte[] request = _log.Request(0, 10);
        _witness.Cosigned(request, _witness.Service.Add(request));
        Assert.Equal(422, _witness.Service.Add(_log.Request(10, 10, 1)).Status);
        CosignatureKey key = _witness.Store.Key;
        (string Name, string Origin) fork = Assert.Single(_witness.Store.Forks());
        _witness.Reopen();
        Assert.Equal(key, _witness.Store.Key);
        Assert.Equal([fork], _witness.Store.Forks());
        Assert.Equal("10\n", _witness.Service.Add(_log.Request(0, 12)).Body);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_witness.Folder, "witness.seed")));
        }
    }

    [Fact]
    public void Damaged_or_foreign_files_and_another_name_stop_it()
    {
        byte[] request = _log.Request(0, 10);
        _witness.Cosigned(request, _witness.Service.Add(request));
        _witness.Store.Dispose();
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_witness.Folder, "logs")));
        byte[] good = File.ReadAllBytes(file);
        foreach (byte[] bad in new byte[][] { [], good[..^1], [.. good, 1], [.. good.AsSpan(0, good.Length / 2)], Changed(good) })
        {
            File.WriteAllBytes(file, bad);
            Assert.StartsWith(WitnessErrors.State, Assert.Throws<InvalidDataException>(() => WitnessStore.Open(_witness.Folder, null)).Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(file, good);
        Assert.StartsWith(WitnessErrors.Name, Assert.Throws<InvalidDataException>(() => WitnessStore.Open(_witness.Folder, "other.example")).Message, StringComparison.Ordinal);
        _witness.Reopen();
        Assert.Equal(LogErrors.Locked, Assert.Throws<LogException>(() => WitnessStore.Open(_witness.Folder, null)).Code);
    }

    [Fact]
    public async Task Over_http_it_speaks_the_protocol_and_serves_its_forks()
    {
        _witness.Store.Dispose();
        await using (WitnessHost host = await WitnessHost.StartAsync(
            new WitnessOptions { Folder = _witness.Folder, Name = "witness.example", Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None))
        {
            using HttpClient http = new() { BaseAddress = host.Address };
            using HttpResponseMessage good = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new ByteArrayContent(_log.Request(0, 10)));
            Assert.Equal(200, (int)good.StatusCode);
            Assert.StartsWith("— witness.example ", await good.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using HttpResponseMessage stale = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new ByteArrayContent(_log.Request(3, 12)));
            Assert.Equal((409, "text/x.tlog.size"), ((int)stale.StatusCode, stale.Content.Headers.ContentType!.ToString()));
            using HttpResponseMessage fork = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new ByteArrayContent(_log.Request(10, 10, 1)));
            Assert.Equal(422, (int)fork.StatusCode);
            using HttpResponseMessage large = await http.PostAsync(new Uri("add-checkpoint", UriKind.Relative), new ByteArrayContent(new byte[100_000]));
            Assert.Equal(413, (int)large.StatusCode);
            string list = await http.GetStringAsync(new Uri("forks", UriKind.Relative));
            byte[] file = await http.GetByteArrayAsync(new Uri("forks/" + list.Split(' ')[0], UriKind.Relative));
            Assert.Equal(CheckResult.Pass, ForkProof.TryDecode(file, out _)!.Check(out _));
            using HttpResponseMessage none = await http.GetAsync(new Uri("forks/../witness.seed", UriKind.Relative));
            Assert.Equal(404, (int)none.StatusCode);
        }

        _witness.Reopen();
    }

    private static byte[] Changed(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        changed[^10] ^= 1;
        return changed;
    }

    private sealed class DiedException : Exception;
}
