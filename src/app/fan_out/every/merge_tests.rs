//! Tables of who may print, and of how much waits.

use std::rc::Rc;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::time::{Duration, timeout};

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::app::fan_out::every::merge::{
    BufferedPages, MOST_WAITING, Order, ReorderBuffer, lists_needed,
};
use crate::app::fan_out::progress::{Progress, Visibility};
use crate::client::{Clock, IndexedPage};
use crate::env::Env;
use crate::json::{Expected, JsonStyle};
use crate::output::{
    Console, End, ItemFilter, Layout, Paint, RenderOptions, Selection, Sink, Sorting,
};

fn buffer(order: Order, output: &Rc<std::cell::RefCell<Vec<u8>>>) -> ReorderBuffer {
    let options = RenderOptions {
        layout: Layout::Json(JsonStyle::Compact),
        selection: Selection::Everything,
        keep_links: false,
        filter: ItemFilter::default(),
        limit: None,
        sorting: Sorting::default(),
        max_memory: 1 << 30,
        room: None,
    };
    let sink = Sink::memory(Rc::clone(output), 1 << 30);
    let writer = AnswerWriter::new(options, String::new(), Paint::new(None), sink);
    let clock = Clock::at(SystemTime::UNIX_EPOCH);
    let progress = Progress::new(
        Visibility::Nowhere,
        Console::of(&Env::with_variables([])),
        clock,
        "things",
        1,
    );
    ReorderBuffer::new(writer, order, progress)
}

fn page(text: &str) -> IndexedPage {
    let (index, _) = Expected::default().read(text.as_bytes()).unwrap();
    IndexedPage {
        bytes: Bytes::copy_from_slice(text.as_bytes()),
        index,
    }
}

#[track_caller]
fn prints(buffer: ReorderBuffer, output: &std::cell::RefCell<Vec<u8>>, expected: &str) {
    buffer.into_writer().unwrap().finish(End::Complete).unwrap();
    assert_eq!(
        String::from_utf8(output.take()).unwrap(),
        format!("{expected}\n")
    );
}

#[tokio::test(start_paused = true)]
async fn each_prints_when_it_is_at_turn() {
    let output = Rc::default();
    let buffer = buffer(Order::AsListed, &output);
    let (mut first, mut second) = (BufferedPages::default(), BufferedPages::default());
    buffer
        .take(1, page("{\"value\":[2]}"), &mut second)
        .await
        .unwrap();
    buffer
        .take(0, page("{\"value\":[0],\"a\":1}"), &mut first)
        .await
        .unwrap();
    buffer
        .take(1, page("{\"value\":[3]}"), &mut second)
        .await
        .unwrap();
    buffer
        .take(0, page("{\"value\":[1]}"), &mut first)
        .await
        .unwrap();
    assert!(
        timeout(Duration::from_secs(1), buffer.wait_for_turn(1))
            .await
            .is_err()
    );
    assert_eq!(buffer.next_turn(), 1);
    buffer.wait_for_turn(1).await;
    buffer
        .take(1, page("{\"value\":[4]}"), &mut second)
        .await
        .unwrap();
    prints(buffer, &output, "{\"value\":[0,1,2,3,4],\"a\":1}");
}

#[tokio::test(start_paused = true)]
async fn pages_are_printed_as_they_come_where_the_order_does_not_matter() {
    let output = Rc::default();
    let buffer = buffer(Order::OnArrival, &output);
    let mut buffered = BufferedPages::default();
    buffer
        .take(7, page("{\"value\":[7]}"), &mut buffered)
        .await
        .unwrap();
    buffer
        .take(3, page("{\"name\":3}"), &mut buffered)
        .await
        .unwrap();
    prints(buffer, &output, "{\"value\":[7,{\"name\":3}]}");
}

#[tokio::test(start_paused = true)]
async fn no_more_waits_than_there_is_room_for() {
    let output = Rc::default();
    let buffer = buffer(Order::AsListed, &output);
    let large = format!("{{\"value\":[\"{}\"]}}", "x".repeat(1 << 20));
    let mut buffered = BufferedPages::default();
    let mut count = 0;
    while buffer.has_room() {
        buffer.take(1, page(&large), &mut buffered).await.unwrap();
        count += 1;
    }
    assert_eq!(count, MOST_WAITING >> 20);
    assert!(
        timeout(Duration::from_secs(1), buffer.wait_for_room(2))
            .await
            .is_err()
    );
    // The one whose turn it is never waits for room.
    buffer.wait_for_room(0).await;
    buffer.next_turn();
    buffer.flush(&mut buffered).await.unwrap();
    assert!(buffer.has_room());
    buffer.wait_for_room(2).await;
}

#[test]
fn nothing_is_a_list_of_nothing() {
    let output = Rc::default();
    prints(buffer(Order::AsListed, &output), &output, "{\"value\":[]}");
}

#[test]
fn no_more_lists_are_asked_than_the_items_take() {
    for (enough, items, settled, expected) in [
        (3, 0, 0, 1),
        (3, 2, 1, 1),
        (3, 1, 1, 2),
        (100, 10, 2, 18),
        (100, 1, 10, 990),
        // After empty lists, a few at a time.
        (3, 0, 1, 2),
        (3, 0, 7, 4),
        (0, 0, 0, 1),
        (u64::MAX, 1, usize::MAX, usize::MAX),
    ] {
        assert_eq!(
            lists_needed(enough, items, settled),
            expected,
            "{enough} {items} {settled}"
        );
    }
}
