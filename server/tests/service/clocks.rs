//! Times in zones whose clocks are put forward and back, and in one that is not whole hours from UTC.

use chrono::NaiveDateTime;
use domain::{
    Actor, Error, Field, FlawKind, Permission,
    page::PageRequest,
    settings::{Preset, SettingKey},
    time::{Moment, Repeated},
    token::{Change, Draft, When, WindowChange},
};

use crate::host::{TestHost, utc};

const OPERATOR: Actor = Actor::Operator;

const UTC: &str = "UTC";
/// Clocks go from 2:00 to 3:00 on 28 March 2027, and from 3:00 to 2:00 on 25 October 2026.
const VIENNA: &str = "Europe/Vienna";
/// Five hours and three quarters ahead, since the first quarter of an hour of 1986, which was left out.
const KATHMANDU: &str = "Asia/Kathmandu";

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

async fn set(host: &TestHost, settings: &[(SettingKey, &str)]) {
    let change: Vec<_> = settings
        .iter()
        .map(|(key, text)| (*key, (*text).to_owned()))
        .collect();
    host.service
        .change_settings(&OPERATOR, &change)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_typed_time_is_read_by_the_clocks_of_the_site_or_another_is_suggested() {
    let host = TestHost::new().await;
    for (zone, typed, meant) in [
        (UTC, "2027-03-28T02:30:00", Ok("2027-03-28T02:30:00Z")),
        (UTC, "2026-10-25T02:30:00", Ok("2026-10-25T02:30:00Z")),
        (VIENNA, "2027-03-28T01:59:59", Ok("2027-03-28T00:59:59Z")),
        (VIENNA, "2027-03-28T02:00:00", Err("2027-03-28T03:00:00")),
        (VIENNA, "2027-03-28T02:30:00", Err("2027-03-28T03:30:00")),
        (VIENNA, "2027-03-28T02:59:59", Err("2027-03-28T03:59:59")),
        (VIENNA, "2027-03-28T03:00:00", Ok("2027-03-28T01:00:00Z")),
        (VIENNA, "2026-10-25T01:59:59", Ok("2026-10-24T23:59:59Z")),
        (VIENNA, "2026-10-25T02:00:00", Ok("2026-10-25T00:00:00Z")),
        (VIENNA, "2026-10-25T02:59:59", Ok("2026-10-25T00:59:59Z")),
        (VIENNA, "2026-10-25T03:00:00", Ok("2026-10-25T02:00:00Z")),
        (KATHMANDU, "2027-03-28T02:30:00", Ok("2027-03-27T20:45:00Z")),
        (KATHMANDU, "2026-10-25T02:30:00", Ok("2026-10-24T20:45:00Z")),
        (KATHMANDU, "1986-01-01T00:10:00", Err("1986-01-01T00:25:00")),
    ] {
        set(&host, &[(SettingKey::Zone, zone)]).await;
        let draft = Draft {
            from: Some(When::Typed(local(typed))),
            ..Draft::default()
        };
        let made = host.service.add_token(&OPERATOR, draft).await;
        let from = made.map(|token| token.from.unwrap());
        let expected = match meant {
            Ok(at) => Ok(Moment {
                at: utc(at),
                local: local(typed),
            }),
            Err(next) => Err(Error::flaw(
                Field::ValidFrom,
                FlawKind::NoSuchLocalTime { next: local(next) },
            )),
        };
        assert_eq!(from, expected, "{typed} in {zone}");
    }
}

#[tokio::test]
async fn the_page_of_a_token_says_which_of_two_is_meant() {
    let host = TestHost::new().await;
    let draft = Draft {
        from: Some(When::At(utc("2026-10-25T00:30:00Z"))),
        to: Some(When::At(utc("2026-10-25T01:30:00Z"))),
        ..Draft::default()
    };
    let uid = host.service.add_token(&OPERATOR, draft).await.unwrap().uid;
    let half_past_two = |at, is_second| Repeated {
        moment: Moment {
            at: utc(at),
            local: local("2026-10-25T02:30:00"),
        },
        is_second,
    };
    for (zone, repeated) in [
        (UTC, vec![]),
        (KATHMANDU, vec![]),
        (
            VIENNA,
            vec![
                half_past_two("2026-10-25T00:30:00Z", false),
                half_past_two("2026-10-25T01:30:00Z", true),
            ],
        ),
    ] {
        set(&host, &[(SettingKey::Zone, zone)]).await;
        let request = PageRequest::new(1, 10);
        let page = host
            .service
            .token_page(&OPERATOR, uid, Permission::View, request)
            .await;
        assert_eq!(page.unwrap().repeated, repeated, "{zone}");
    }
}

/// The window that `preset` sets at an instant.
async fn window(host: &TestHost, preset: Preset, now: &str) -> Result<[String; 2], Error> {
    host.clock.set(now);
    let token = host.service.add_token(&OPERATOR, Draft::default()).await?;
    let change = Change {
        window: WindowChange::Preset(preset),
        ..Change::default()
    };
    let token = host
        .service
        .change_token(&OPERATOR, token.uid, change, None)
        .await?;
    Ok([token.from, token.to].map(|end| end.unwrap().at.format("%m-%dT%H:%M:%SZ").to_string()))
}

#[tokio::test]
async fn presets_are_hours_of_the_day_on_which_clocks_are_changed_too() {
    use Preset::{Afternoon, Morning, SevenDays, Today};
    let host = TestHost::new().await;
    let (spring, autumn) = ("2027-03-28T00:30:00Z", "2026-10-25T00:30:00Z");
    for (zone, now, preset, from, to) in [
        (UTC, spring, Morning, "03-28T08:00:00Z", "03-28T12:00:00Z"),
        (UTC, autumn, Today, "10-25T08:00:00Z", "10-25T18:00:00Z"),
        // An hour and a half after midnight, half an hour before the change; twice that in autumn.
        (
            VIENNA,
            spring,
            Morning,
            "03-28T06:00:00Z",
            "03-28T10:00:00Z",
        ),
        (
            VIENNA,
            spring,
            Afternoon,
            "03-28T10:00:00Z",
            "03-28T16:00:00Z",
        ),
        (VIENNA, spring, Today, "03-28T06:00:00Z", "03-28T16:00:00Z"),
        (
            VIENNA,
            autumn,
            Morning,
            "10-25T07:00:00Z",
            "10-25T11:00:00Z",
        ),
        (
            VIENNA,
            autumn,
            Afternoon,
            "10-25T11:00:00Z",
            "10-25T17:00:00Z",
        ),
        (VIENNA, autumn, Today, "10-25T07:00:00Z", "10-25T17:00:00Z"),
        // The last minutes of the day before, and of the day itself.
        (
            VIENNA,
            "2027-03-27T22:59:00Z",
            Morning,
            "03-27T07:00:00Z",
            "03-27T11:00:00Z",
        ),
        (
            VIENNA,
            "2027-03-28T21:59:00Z",
            Morning,
            "03-28T06:00:00Z",
            "03-28T10:00:00Z",
        ),
        (
            VIENNA,
            "2027-03-25T12:00:00Z",
            SevenDays,
            "03-25T12:00:00Z",
            "04-01T21:59:59Z",
        ),
        (
            KATHMANDU,
            spring,
            Morning,
            "03-28T02:15:00Z",
            "03-28T06:15:00Z",
        ),
        (
            KATHMANDU,
            autumn,
            Today,
            "10-25T02:15:00Z",
            "10-25T12:15:00Z",
        ),
        // A quarter past midnight there, while it is the day before in UTC.
        (
            KATHMANDU,
            "2027-03-27T18:30:00Z",
            Morning,
            "03-28T02:15:00Z",
            "03-28T06:15:00Z",
        ),
        (
            KATHMANDU,
            "2027-03-27T18:14:59Z",
            Morning,
            "03-27T02:15:00Z",
            "03-27T06:15:00Z",
        ),
    ] {
        set(&host, &[(SettingKey::Zone, zone)]).await;
        let told = window(&host, preset, now).await;
        assert_eq!(
            told,
            Ok([from.to_owned(), to.to_owned()]),
            "{preset:?} in {zone} at {now}"
        );
    }
}

#[tokio::test]
async fn a_preset_over_the_change_itself_begins_late_or_at_the_first_of_two() {
    let host = TestHost::new().await;
    let morning = async |start, end, now| {
        let range = [
            (SettingKey::Zone, VIENNA),
            (SettingKey::MorningStart, start),
            (SettingKey::MorningEnd, end),
        ];
        set(&host, &range).await;
        window(&host, Preset::Morning, now).await
    };
    let (spring, autumn) = ("2027-03-28T12:00:00Z", "2026-10-25T12:00:00Z");
    let span = |from: &str, to: &str| Ok([from.to_owned(), to.to_owned()]);
    assert_eq!(
        morning("02:30", "04:00", spring).await,
        span("03-28T01:30:00Z", "03-28T02:00:00Z"),
        "from 3:30, as far behind the gap as 2:30 lies in it"
    );
    assert_eq!(
        morning("01:30", "02:30", autumn).await,
        span("10-24T23:30:00Z", "10-25T00:30:00Z")
    );
    assert_eq!(
        morning("02:30", "03:00", autumn).await,
        span("10-25T00:30:00Z", "10-25T02:00:00Z"),
        "an hour and a half: the hour that comes twice is in it"
    );
    assert_eq!(
        morning("02:45", "03:15", spring).await,
        Err(Error::flaw(Field::ValidTo, FlawKind::EndNotAfterStart)),
        "no such span on that day"
    );
}
