using System.Text;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>The evaluator against a slow reference that is written from the spec's table, on random policies and facts.</summary>
public sealed class PolicyEvaluatorTests
{
    private const int Rounds = 20_000;
    private static readonly string[] Peers = [new string('1', 64), new string('2', 64), new string('3', 64)];
    private static readonly PolicyCapabilities Everything = new() { Bases = [.. Enum.GetValues<Basis>()], AnyPeer = true, SoundnessBits = int.MaxValue, Witnesses = int.MaxValue, Within = true, Confidential = true };

    [Fact]
    public void Random_AgreesWithTheReference()
    {
        Random random = new(1);
        int met = 0;
        for (int i = 0; i < Rounds; i++)
        {
            PolicyDocument policy = Policy(random);
            EvidenceFact[] facts = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Fact(random))];
            PolicyResult result = PolicyEvaluator.Evaluate(policy, facts, Everything);
            bool expected = policy.Requirements.All(r => Holds(r, facts));
            Assert.Equal(expected, result.Outcome == PolicyOutcome.Met);
            Assert.Equal(expected, result.Unmet.Count == 0);
            met += expected ? 1 : 0;
        }

        Assert.InRange(met, 100, Rounds - 100);
    }

    [Fact]
    public void MoreEvidence_NeverTurnsMetIntoUnmet_UnlessItRefutes()
    {
        Random random = new(2);
        for (int i = 0; i < Rounds; i++)
        {
            PolicyDocument policy = Policy(random);
            List<EvidenceFact> facts = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Fact(random))];
            bool before = PolicyEvaluator.Evaluate(policy, facts, Everything).Outcome == PolicyOutcome.Met;
            EvidenceFact more = Fact(random);
            facts.Insert(random.Next(facts.Count + 1), more);
            bool after = PolicyEvaluator.Evaluate(policy, facts, Everything).Outcome == PolicyOutcome.Met;
            Assert.True(!before || after || more.Status == QuestionStatus.Refuted);
            Assert.False(after && more.Status == QuestionStatus.Refuted && policy.Requirements.Any(r => r.Question == more.Question));
        }
    }

    [Fact]
    public void AbsentEvidence_MeetsNothing()
    {
        QuestionStatus[] absent = [QuestionStatus.NotEvaluated, QuestionStatus.Pending, QuestionStatus.Expired, QuestionStatus.Asserted, QuestionStatus.Refuted];
        Random random = new(3);
        for (int i = 0; i < Rounds; i++)
        {
            PolicyDocument policy = Policy(random);
            EvidenceFact[] facts = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Fact(random) with { Status = absent[random.Next(absent.Length)] })];
            foreach (PolicyCapabilities capabilities in new[] { Everything, PolicyCapabilities.Verifier, PolicyCapabilities.None })
            {
                IEnumerable<Requirement> unmet = PolicyEvaluator.Evaluate(policy, facts, capabilities).Unmet.Select(static u => u.Requirement);
                Assert.Superset(policy.Requirements.Where(static r => !r.AcceptsAsserted).ToHashSet(), unmet.Concat(policy.Requirements.Where(static r => r.AcceptsAsserted)).ToHashSet());
            }
        }
    }

    [Fact]
    public void WhatAStrongerPolicyMeets_TheOneThatItIncludesMeetsToo()
    {
        Random random = new(4);
        for (int i = 0; i < Rounds; i++)
        {
            PolicyDocument a = Policy(random);
            PolicyDocument b = random.Next(2) == 0 ? PolicyDocument.For(a.Level) : Policy(random);
            EvidenceFact[] facts = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Fact(random))];
            bool met = PolicyEvaluator.Evaluate(a, facts, Everything).Outcome == PolicyOutcome.Met;
            Assert.True(!met || !a.Includes(b) || PolicyEvaluator.Evaluate(b, facts, Everything).Outcome == PolicyOutcome.Met);
        }
    }

    [Fact]
    public void WhatCannotBeAppraisedHere_IsNeverMet()
    {
        foreach (string requirement in new[]
        {
            """{"question":"paid"}""",
        })
        {
            PolicyDocument policy = Read($$"""{"require":[{{requirement}}]}""");
            EvidenceFact[] facts = [.. policy.Requirements.SelectMany(r => r.By.Select(by => new EvidenceFact(r.Question, QuestionStatus.Established, by)
            {
                SoundnessBits = 256, Peers = [.. r.Peers], Witnesses = 64, LoggedWithin = TimeSpan.Zero,
            }))];
            Assert.Equal(PolicyOutcome.Met, PolicyEvaluator.Evaluate(policy, facts, Everything).Outcome);
            Assert.Equal(PolicyOutcome.CannotEvaluate, PolicyEvaluator.Evaluate(policy, facts, PolicyCapabilities.Verifier).Outcome);
        }
    }

    // The reference: each rule spelled out, nothing shared with the evaluator.
    private static bool Holds(Requirement requirement, EvidenceFact[] facts)
    {
        bool holds = false;
        foreach (EvidenceFact fact in facts)
        {
            if (fact.Question != requirement.Question)
            {
                continue;
            }

            if (fact.Status == QuestionStatus.Refuted)
            {
                return false;
            }

            if (fact.By is null)
            {
                continue;
            }

            if (requirement.Text.Contains("\"accept\":\"asserted\"", StringComparison.Ordinal))
            {
                holds |= fact.Status == QuestionStatus.Established;
                holds |= fact.Status == QuestionStatus.Asserted && fact.By == Basis.Operator;
                continue;
            }

            bool counts = fact.Status == QuestionStatus.Established && requirement.By.IndexOf(fact.By.Value) >= 0;
            if (fact.By == Basis.Zk && requirement.MinSoundnessBits is not null)
            {
                counts = counts && fact.SoundnessBits is not null && fact.SoundnessBits.Value >= requirement.MinSoundnessBits.Value;
            }

            if (fact.By == Basis.Replay && requirement.Peers.Length > 0)
            {
                int named = 0;
                foreach (Digest32 peer in requirement.Peers)
                {
                    named += fact.Peers.Contains(peer) ? 1 : 0;
                }

                counts = counts && named >= requirement.AtLeast;
            }

            if (fact.By == Basis.Log && requirement.Witnesses is not null)
            {
                counts = counts && fact.Witnesses is not null && fact.Witnesses.Value >= requirement.Witnesses.Value;
            }

            if (fact.By == Basis.Log && requirement.Within is not null)
            {
                counts = counts && fact.LoggedWithin is not null && fact.LoggedWithin.Value <= requirement.Within.Value;
            }

            holds |= counts;
        }

        return holds;
    }

    private static PolicyDocument Policy(Random random)
    {
        HashSet<string> requirements = [];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            requirements.Add(random.Next(6) switch
            {
                0 => """{"question":"logged"}""",
                1 => $$"""{"question":"logged","witnesses":{{random.Next(1, 4)}},"within":"{{random.Next(1, 4)}}s"}""",
                2 => $$"""{"question":"{{(random.Next(2) == 0 ? "model" : "computed-right")}}","accept":"asserted"}""",
                3 => $$"""{"question":"model","by":["replay","zk"],"minSoundnessBits":{{random.Next(1, 4)}}}""",
                4 => $$"""{"question":"computed-right","by":["replay"],"peers":["{{Peers[0]}}","{{Peers[1]}}"],"atLeast":{{random.Next(1, 3)}}}""",
                _ => """{"question":"operator-read"}""",
            });
        }

        return Read($$"""{"require":[{{string.Join(',', requirements)}}]}""");
    }

    private static EvidenceFact Fact(Random random)
    {
        Question question = (Question)random.Next(6);
        IReadOnlyList<Basis> bases = PolicyNames.BasesOf(question);
        QuestionStatus status = random.Next(10) == 0 ? (QuestionStatus)random.Next(6) : random.Next(4) == 0 ? QuestionStatus.Asserted : QuestionStatus.Established;
        return new EvidenceFact(question, status, random.Next(10) == 0 ? null : bases[random.Next(bases.Count)])
        {
            SoundnessBits = random.Next(3) == 0 ? null : random.Next(1, 5),
            Peers = [.. Peers.Where(_ => random.Next(2) == 0).Select(static p => Digest32.TryParseHex(p, out Digest32 peer) ? peer : default)],
            Witnesses = random.Next(3) == 0 ? null : random.Next(5),
            LoggedWithin = random.Next(3) == 0 ? null : TimeSpan.FromSeconds(random.Next(5)),
        };
    }

    private static PolicyDocument Read(string text) => PolicyDocument.TryRead(Encoding.UTF8.GetBytes(text), out PolicyFault? fault) ?? throw new InvalidOperationException(fault!.ToString());
}
